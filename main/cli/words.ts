/** Field names, times, sizes and durations as people read them. */

const NAMES: Readonly<Record<string, string>> = {
  id: 'OCID',
  displayName: 'Name',
  lifecycleState: 'State',
  timeCreated: 'Created',
  timestamp: 'Time',
  sha256: 'SHA-256',
  etag: 'ETag',
  rbkId: 'RBK id',
  rakId: 'RAK id',
  rbkCheckValue: 'RBK check value',
  rakCheckValue: 'RAK check value',
  oaepHash: 'OAEP hash',
  oaepHashes: 'OAEP hashes',
  bytes: 'Size',
  ageHours: 'Age (hours)',
  copiesByPlace: 'Copies',
  coveredKeyVersionCount: 'Covered versions',
  uncoveredKeyVersionIds: 'Uncovered versions',
};

/** `percentComplete` -> `Percent complete`, `isSound` -> `Sound`, as yes or no follows; what is written otherwise stands in a table. */
export function fieldInWords(field: string): string {
  const known = NAMES[field];
  if (known !== undefined) return known;
  const words = field
    .replace(/^is(?=[A-Z])/, '')
    .replace(/[A-Z]+(?![a-z])|[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`)
    .trim();
  return (words.charAt(0).toUpperCase() + words.slice(1))
    .replace(/\bocid\b/i, 'OCID')
    .replace(/\bpin\b/i, 'PIN')
    .replace(/\bsha256\b/i, 'SHA-256');
}

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;

export function isIsoTime(text: string): boolean {
  return ISO_TIME.test(text);
}

/** `2026-11-24 09:13:22 (UTC 08:13:22)`; the UTC day is said where it is another one. */
export function timeInWords(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const [utcDay = '', utcClock = ''] = time.toISOString().slice(0, 19).split('T');
  if (time.getTimezoneOffset() === 0) return `${utcDay} ${utcClock} UTC`;
  const day = [time.getFullYear(), time.getMonth() + 1, time.getDate()].map(twoDigits).join('-');
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits).join(':');
  return `${day} ${clock} (UTC ${day === utcDay ? utcClock : `${utcDay} ${utcClock}`})`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** `1.2 MB (1,234,567 bytes)`: decimal units, as media are sold. */
export function bytesInWords(bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  const units = ['kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(1)} ${units[unit] ?? ''} (${bytes.toLocaleString('en-US')} bytes)`;
}

/** A rough duration: `less than a second`, `12 seconds`, `about 3 minutes`, `about 2 hours`. */
export function durationInWords(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 1) return 'less than a second';
  if (seconds < 90) return counted(seconds, 'second');
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `about ${counted(minutes, 'minute')}`;
  return `about ${counted(Math.round(minutes / 60), 'hour')}`;
}

/** `1 key version`, `3 key versions`, `1,200 keys`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
