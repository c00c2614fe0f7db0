import { describe, expect, it } from 'vitest';
import { parseLine } from '../lib/log';
import { visible } from './LogView';

const lines = [
  '10:00:00 started     -                        Prepare nodes',
  '10:00:01 ok          web-cp-1                 Load modules',
  '10:00:02 changed     web-cp-2                 Load modules',
  '10:00:03 started     -                        Start etcd',
  '10:00:04 failed      web-cp-1                 Wait for etcd: timeout',
].map((line, index) => parseLine(line, index + 1));
const shown = (query = '', host = '', folded: number[] = []) => visible(lines, query, host, new Set(folded)).map(({ number }) => number);

describe('the lines of a log', () => {
  it('are all there', () => expect(shown()).toEqual([1, 2, 3, 4, 5]));
  it('fold by play', () => expect(shown('', '', [1])).toEqual([1, 4, 5]));
  it('are found by any word, with the play that they are in', () => expect(shown('timeout')).toEqual([4, 5]));
  it('are those of one host', () => expect(shown('', 'web-cp-2')).toEqual([1, 3]));
});
