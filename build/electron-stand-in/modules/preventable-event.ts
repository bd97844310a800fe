/** The first argument of Electron's events: a listener may prevent what is about to happen. */
export class PreventableEvent {
  defaultPrevented = false;

  preventDefault(): void {
    this.defaultPrevented = true;
  }
}

/** An event with the fields that Electron gives it besides. */
export function eventWith<Fields extends object>(fields: Fields): PreventableEvent & Fields {
  return Object.assign(new PreventableEvent(), fields);
}
