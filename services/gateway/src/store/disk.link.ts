import {
  closeSync,
  existsSync,
  fdatasync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';

/** Everything a log does to its folder; each call may be refused, at any time. */
export class Disk {
  /** Names in a folder; none where there is no folder yet. */
  list(folder: string): string[] {
    return existsSync(folder) ? readdirSync(folder) : [];
  }

  makeFolder(folder: string): void {
    mkdirSync(folder, { recursive: true });
  }

  exists(file: string): boolean {
    return existsSync(file);
  }

  open(file: string, flags: 'r' | 'r+' | 'w+'): number {
    return openSync(file, flags);
  }

  close(handle: number): void {
    closeSync(handle);
  }

  size(handle: number): number {
    return fstatSync(handle).size;
  }

  read(file: string): Buffer {
    return readFileSync(file);
  }

  readAt(handle: number, position: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    let read = 0;
    for (let got = 1; got > 0 && read < length; read += got) {
      got = readSync(handle, bytes, read, length - read, position + read);
    }
    return bytes.subarray(0, read);
  }

  /** Writes all of it, or throws; then any part of it may be there. */
  write(handle: number, bytes: Buffer, position: number): void {
    for (let written = 0; written < bytes.length;) {
      written += writeSync(handle, bytes, written, bytes.length - written, position + written);
    }
  }

  cut(handle: number, bytes: number): void {
    ftruncateSync(handle, bytes);
  }

  sync(handle: number): void {
    fsyncSync(handle);
  }

  syncLater(handle: number): Promise<void> {
    return new Promise((resolve, reject) => fdatasync(handle, (error) => (error === null ? resolve() : reject(error))));
  }

  rename(from: string, to: string): void {
    renameSync(from, to);
  }

  remove(file: string): void {
    rmSync(file, { force: true });
  }

  syncFolder(folder: string): void {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  }
}
