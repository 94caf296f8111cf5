/** A frame as a browser would take it. */
export interface Frame {
  readonly id?: string;
  readonly event: string;
  readonly data: string;
}

/** Reads Server-Sent Events of a URL, one frame at a time, and remembers what to resume after. */
export class StreamReader {
  lastEventId: string | undefined;
  readonly #ending = new AbortController();
  #reader!: ReadableStreamDefaultReader<string>;
  #text = '';

  static async open(url: string, lastEventId?: string): Promise<StreamReader> {
    const reader = new StreamReader();
    const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const response = await fetch(url, { headers, signal: reader.#ending.signal });
    if (response.status !== 200 || response.body === null) throw new Error(await response.text());
    reader.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    reader.lastEventId = lastEventId;
    return reader;
  }

  /** The next frame with data; undefined at the end of the stream. */
  async next(): Promise<Frame | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end < 0) {
        // A portal that is killed breaks the stream off: that is its end.
        const { value, done } = await this.#reader.read().catch(() => ({ value: undefined, done: true }));
        if (done || value === undefined) return undefined;
        this.#text += value;
        continue;
      }
      const block = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 2);
      const frame = this.#take(block);
      if (frame !== undefined) return frame;
    }
  }

  async take(count: number): Promise<Frame[]> {
    const frames: Frame[] = [];
    while (frames.length < count) {
      const frame = await this.next();
      if (frame === undefined) break;
      frames.push(frame);
    }
    return frames;
  }

  close(): void {
    this.#ending.abort();
  }

  #take(block: string): Frame | undefined {
    const fields = new Map(
      block
        .split('\n')
        .filter((line) => !line.startsWith(':'))
        .map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
    );
    const id = fields.get('id');
    if (id !== undefined) this.lastEventId = id;
    const data = fields.get('data');
    if (data === undefined) return undefined;
    return { event: fields.get('event') ?? 'message', data, ...(id === undefined ? {} : { id }) };
  }
}
