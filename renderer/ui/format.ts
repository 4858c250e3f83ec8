/** A moment as people say it: the time for today, else the day too. `now` and `time` in milliseconds since 1970. */
export function formatTime(time: number, language: string, now: number = Date.now()): string {
  const today = new Date(now).toDateString() === new Date(time).toDateString();
  const sameYear = new Date(now).getFullYear() === new Date(time).getFullYear();
  return new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    ...(!today && { month: 'short', day: 'numeric' }),
    ...(!sameYear && { year: 'numeric' }),
  }).format(time);
}

/** How long something took, to two or three digits: `0.42 s`, `12.3 s`, `3 min 20 s`. */
export function formatDuration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 0.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A number of a table: shares of 0..1 in per cent. */
export function formatTableNumber(value: number, kind: 'shares' | 'numbers', language: string): string {
  const digits = kind === 'shares' ? 1 : 3;
  return new Intl.NumberFormat(language, {
    style: kind === 'shares' ? 'percent' : 'decimal',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** How much of how much, in the unit of the whole: `1.2 / 24 GB`. */
export function formatShare(part: number, whole: number): string {
  const [number = '', unit = ''] = formatBytes(whole).split(' ');
  const inUnit = part / 1000 ** units.indexOf(unit);
  return `${inUnit < 10 ? inUnit.toFixed(1) : Math.round(inUnit)} / ${number} ${unit}`;
}

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A size as file managers show it, in powers of 1000: `3.4 GB`. */
export function formatBytes(bytes: number): string {
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}
