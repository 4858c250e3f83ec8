/**
 * The number that a typed expression stands for: numbers with + - * / % ^, brackets and unary signs; `,` also parts decimals.
 * Undefined if the text is none, or the result is not finite.
 */
export function evaluate(text: string): number | undefined {
  const tokens = text.replaceAll(',', '.').match(/\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|[-+*/%^()]|\S/gi) ?? [];
  let at = 0;

  const operand = (): number => {
    const token = tokens[at++];
    if (token === '-') return -power();
    if (token === '+') return power();
    if (token === '(') {
      const inner = terms();
      return tokens[at++] === ')' ? inner : Number.NaN;
    }
    return token !== undefined && /^[\d.]/.test(token) ? Number(token) : Number.NaN;
  };
  const power = (): number => {
    const base = operand();
    if (tokens[at] !== '^') return base;
    at++;
    return base ** power();
  };
  const factors = (): number => {
    let value = power();
    for (;;) {
      const operator = tokens[at];
      if (operator !== '*' && operator !== '/' && operator !== '%') return value;
      at++;
      const next = power();
      value = operator === '*' ? value * next : operator === '/' ? value / next : value % next;
    }
  };
  const terms = (): number => {
    let value = factors();
    for (;;) {
      const operator = tokens[at];
      if (operator !== '+' && operator !== '-') return value;
      at++;
      const next = factors();
      value = operator === '+' ? value + next : value - next;
    }
  };

  const value = terms();
  return at === tokens.length && Number.isFinite(value) ? value : undefined;
}
