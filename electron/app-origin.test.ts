import { describe, expect, it } from 'vitest';
import { isListedLink, isTrustedSender } from './app-origin.ts';

describe('isTrustedSender', () => {
  it('trusts the main frame of the page', () => {
    expect(isTrustedSender({ url: 'app://weft/', parent: null })).toBe(true);
  });

  it.each([
    null,
    { url: 'app://weft/', parent: {} },
    { url: 'app://weft.evil.example/', parent: null },
    { url: 'https://evil.example/app://weft/', parent: null },
    { url: 'file:///app://weft/', parent: null },
    { url: 'about:blank', parent: null },
    { url: '', parent: null },
  ])('trusts no other: %j', (frame) => {
    expect(isTrustedSender(frame)).toBe(false);
  });
});

describe('isListedLink', () => {
  it.each(['https://github.com/a/b', 'https://huggingface.co/'])('opens %s', (url) => expect(isListedLink(url)).toBe(true));

  it.each([
    'http://github.com/',
    'https://github.com.evil.example/',
    'https://github.com@evil.example/',
    'https://user@github.com/',
    'https://github.com:8080/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'github.com',
    '',
  ])('leaves %s closed', (url) => expect(isListedLink(url)).toBe(false));
});
