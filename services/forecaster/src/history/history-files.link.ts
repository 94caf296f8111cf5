import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { HistoryFileError } from './history.errors.ts';
import { HISTORY_HEADER, parseHistoryLine, type HistoryRow } from './parse-history.ts';
import { parseWeatherLine, WEATHER_HEADER, type WeatherRow } from './parse-weather.ts';

/** Reads the history file row by row without holding the event loop; resolves to the SHA-256 of its bytes. */
export function readHistoryFile(file: string, onRow: (row: HistoryRow) => void): Promise<string> {
  return readRows(file, { header: HISTORY_HEADER, variable: 'FORECASTER_HISTORY' }, (line) => {
    const row = parseHistoryLine(line);
    if (!('wrong' in row)) onRow(row);
    return 'wrong' in row ? row.wrong : undefined;
  });
}

export async function readWeatherFile(file: string): Promise<Map<number, WeatherRow>> {
  const hours = new Map<number, WeatherRow>();
  await readRows(file, { header: WEATHER_HEADER, variable: 'FORECASTER_WEATHER' }, (line) => {
    const row = parseWeatherLine(line);
    if (!('wrong' in row)) hours.set(row.startMs, row);
    return 'wrong' in row ? row.wrong : undefined;
  });
  return hours;
}

interface Format {
  header: string;
  variable: string;
}

/** One chunk of the stream at a time: between two chunks the loop is free. */
async function readRows(file: string, format: Format, take: (line: string) => string | undefined): Promise<string> {
  const hash = createHash('sha256');
  let rest = '';
  let number = 0;
  const feed = (line: string): void => {
    number++;
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (text === '' && number > 1) return;
    const wrong = number > 1 ? take(text) : text === format.header ? undefined : `the header must be ${format.header}`;
    if (wrong !== undefined)
      throw new HistoryFileError(`${format.variable} ${file} line ${number}: ${wrong}; mend or regenerate the file`);
  };
  try {
    for await (const chunk of createReadStream(file, { encoding: 'utf8' }) as AsyncIterable<string>) {
      hash.update(chunk);
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(feed);
    }
  } catch (cause) {
    if (cause instanceof HistoryFileError) throw cause;
    throw new HistoryFileError(
      `${format.variable} ${file} cannot be read; give the path of a readable file or leave the variable out`,
      { cause },
    );
  }
  if (rest !== '') feed(rest);
  if (number < 2)
    throw new HistoryFileError(`${format.variable} ${file} has no rows; regenerate the file or leave the variable out`);
  return hash.digest('hex');
}
