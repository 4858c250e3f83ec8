import { Buffer } from 'node:buffer';
import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../nodes/problem.ts';
import { isPng, readText, withText } from './png.ts';

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A grey picture of one pixel, with further chunks after its header. */
function picture(...extra: Buffer[]): Buffer {
  const size = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', size),
    ...extra,
    chunk('IDAT', deflateSync(Buffer.from([0, 128]))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const latin = (text: string) => Buffer.from(text, 'latin1');

describe('withText and readText', () => {
  it('writes ASCII as a tEXt chunk after the header', () => {
    const png = withText(picture(), 'workflow', '{"a":1}');
    expect(Buffer.from(png).equals(picture(chunk('tEXt', latin('workflow\0{"a":1}'))))).toBe(true);
  });

  it('replaces what was there under the keyword, in whichever chunk, and leaves other keywords', () => {
    const old = picture(chunk('zTXt', Buffer.concat([latin('workflow\0\0'), deflateSync('old')])), chunk('tEXt', latin('Author\0me')));
    const texts = readText(withText(withText(old, 'workflow', 'first'), 'workflow', 'second'));
    expect([...texts]).toEqual([
      ['workflow', 'second'],
      ['Author', 'me'],
    ]);
  });

  it('writes JSON beyond ASCII as escapes that every reader understands', () => {
    const png = withText(picture(), 'workflow', '{"text":"Küste 🌅"}');
    expect(readText(png).get('workflow')).toBe('{"text":"K\\u00fcste \\ud83c\\udf05"}');
  });

  it('gives the pixels back unchanged', async () => {
    const { default: sharp } = await import('sharp');
    const pixels = Buffer.from([1, 2, 3, 40, 50, 60]);
    const png = await sharp(pixels, { raw: { width: 2, height: 1, channels: 3 } })
      .png()
      .toBuffer();
    const marked = withText(png, 'workflow', '{"é":1}');
    expect(await sharp(marked).raw().toBuffer()).toEqual(pixels);
  });

  it('reads back any text: the same characters, or for JSON an equal value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const back = readText(withText(picture(), 'note', text)).get('note') ?? '';
        expect(back === text || JSON.stringify(JSON.parse(back)) === JSON.stringify(JSON.parse(text))).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const back = readText(withText(picture(), 'workflow', JSON.stringify(value))).get('workflow') ?? '';
        expect(JSON.stringify(JSON.parse(back))).toBe(JSON.stringify(value));
      }),
    );
  });

  it('refuses a keyword that PNG does not allow', () => {
    for (const keyword of ['', ' x', 'x ', 'a\0b', 'x'.repeat(80), '日'])
      expect(() => withText(picture(), keyword, '')).toThrow(RangeError);
  });
});

describe('readText', () => {
  it('reads tEXt as Latin-1, zTXt, and iTXt plain and compressed', () => {
    const png = picture(
      chunk('tEXt', latin('a\0caf\xe9')),
      chunk('zTXt', Buffer.concat([latin('b\0\0'), deflateSync(latin('caf\xe9'))])),
      chunk('iTXt', Buffer.concat([latin('c\0\0\0en\0key\0'), Buffer.from('日本')])),
      chunk('iTXt', Buffer.concat([latin('d\0\x01\0\0\0'), deflateSync(Buffer.from('日本'))])),
    );
    expect(Object.fromEntries(readText(png))).toEqual({ a: 'café', b: 'café', c: '日本', d: '日本' });
  });

  it('refuses compressed texts that would fill the memory, one or many', () => {
    const bomb = (megabytes: number, keyword: string) =>
      chunk('zTXt', Buffer.concat([latin(`${keyword}\0\0`), deflateSync(Buffer.alloc(megabytes * 1_000_000))]));
    expect(() => readText(picture(bomb(60, 'a')))).toThrow(/too large/);
    expect(() => readText(picture(bomb(30, 'a'), bomb(30, 'b')))).toThrow(/too large/);
  });

  it.each([
    ['empty', Buffer.alloc(0), /not a PNG/],
    ['another format', latin('GIF89a....................'), /not a PNG/],
    ['the signature alone', picture().subarray(0, 8), /ends too early/],
    ['cut off in the pixels', picture().subarray(0, -16), /ends too early/],
    ['a wrong checksum', Buffer.from(picture().map((byte, at) => (at === 20 ? byte ^ 1 : byte))), /checksum/],
    ['no header', Buffer.concat([picture().subarray(0, 8), picture().subarray(33)]), /header/],
    ['a text without a name', picture(chunk('tEXt', latin('no end'))), /no name/],
    ['an iTXt that stops in its fields', picture(chunk('iTXt', latin('a\0\0\0en'))), /cut off/],
    ['an unknown compression', picture(chunk('zTXt', latin('a\0\x07xx'))), /unknown way/],
    ['damaged compressed bytes', picture(chunk('zTXt', latin('a\0\0xxxx'))), /damaged/],
    ['an empty zTXt', picture(chunk('zTXt', latin('a\0'))), /unknown way/],
  ])('refuses %s with a sentence', (_name, bytes, message) => {
    expect(() => readText(bytes)).toThrow(ProblemError);
    expect(() => readText(bytes)).toThrow(message);
  });

  it('throws nothing but ProblemErrors, whatever the chunks hold', () => {
    const type = fc.constantFrom('tEXt', 'zTXt', 'iTXt', 'abCd');
    const bytes = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(fc.array(fc.tuple(type, bytes)), fc.nat(400), (chunks, cut) => {
        const whole = picture(...chunks.map(([name, data]) => chunk(name, data)));
        for (const png of [whole, whole.subarray(0, Math.min(cut, whole.length))]) {
          try {
            expect(readText(png)).toBeInstanceOf(Map);
          } catch (error) {
            expect(error).toBeInstanceOf(ProblemError);
          }
        }
      }),
    );
  });
});

describe('isPng', () => {
  it('looks at the first eight bytes', () => {
    expect(isPng(picture())).toBe(true);
    expect(isPng(picture().subarray(0, 7))).toBe(false);
    expect(isPng(latin('{"format": "weft"}'))).toBe(false);
  });
});
