import { EventEmitter } from 'node:events';

/** Loaded first in a utility process: gives it `process.parentPort`, and ends it with its parent. */
class ParentPort extends EventEmitter {
  postMessage(message: unknown): void {
    process.send?.(message);
  }

  start(): void {
    // Messages are delivered from the first listener on.
  }
}

const parentPort = new ParentPort();
const waiting: unknown[] = [];
const deliver = (data: unknown): boolean => parentPort.emit('message', { data, ports: [] });

parentPort.on('newListener', (name) => {
  // Messages that came before anybody listened are kept for the first listener.
  if (name === 'message') setImmediate(() => waiting.splice(0).forEach(deliver));
});
process.on('message', (data) => {
  if (parentPort.listenerCount('message') === 0) waiting.push(data);
  else deliver(data);
});
process.on('disconnect', () => process.exit());

Object.defineProperty(process, 'type', { value: 'utility', enumerable: true });
Object.defineProperty(process, 'parentPort', { value: parentPort, enumerable: true });
