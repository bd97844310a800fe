/** How deep backups are verified that are taken in. */
export type Depth = 'seal' | 'keys';

export const DEPTHS: readonly { readonly id: Depth; readonly title: string; readonly description: string }[] =
  [
    {
      id: 'keys',
      title: 'Every key’s value',
      description: 'Each wrapped key is opened inside the token and proven.',
    },
    {
      id: 'seal',
      title: 'Seal and every entry',
      description: 'Who made it, and that not a bit was changed. Quicker.',
    },
  ];
