import { expect, it } from 'vitest';
import { toCsv, type CsvColumn } from './to-csv.ts';

type Row = { start: string; powerW?: number; name: string };
const columns: CsvColumn<Row>[] = [
  { header: 'Start', csv: (row) => row.start },
  { header: 'Power, W', csv: (row) => row.powerW },
  { header: 'Name', csv: (row) => row.name },
  { header: 'for eyes only' },
];

it('writes instants and decimals as they are, quotes what must be, and leaves what is missing empty', () => {
  const rows = [
    { start: '2024-06-21T12:00:00.000Z', powerW: -1234.5, name: 'Haus "Süd", links' },
    { start: '2024-06-21T12:15:00.000Z', name: 'two\nlines' },
  ];
  expect(toCsv(columns, rows)).toBe(
    'Start,"Power, W",Name\r\n' +
      '2024-06-21T12:00:00.000Z,-1234.5,"Haus ""Süd"", links"\r\n' +
      '2024-06-21T12:15:00.000Z,,"two\nlines"\r\n',
  );
});

it('lets no name be a formula of a spreadsheet', () => {
  expect(toCsv(columns, [{ start: '2024', name: '=1+1' }])).toContain(",'=1+1\r\n");
});
