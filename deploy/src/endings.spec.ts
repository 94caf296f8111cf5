import { describe, expect, it } from 'vitest';
import { Endings } from './endings.ts';

describe('the endings of a run', () => {
  it('all come, last begun first, whichever fails; the first failure is told', async () => {
    const ended: string[] = [];
    const endings = new Endings();
    endings.add(() => void ended.push('folder'));
    endings.add(() => Promise.reject(new Error('the node is gone')));
    endings.add(() => void ended.push('services'));
    await expect(endings.run()).rejects.toThrow('the node is gone');
    expect(ended).toEqual(['services', 'folder']);
  });
});
