/** JSON text of a Postgres array from its own text, such as `{a,"b c",NULL}`; numbers and booleans by the element's type, all else as strings. */
export function pgArrayToJson(text: string, elementType: string): string {
  const bare = /^(smallint|integer|bigint|real|double precision|numeric.*)$/.test(elementType);
  const boolean = elementType === 'boolean';
  const json = /^jsonb?$/.test(elementType);
  // The only type of Postgres with a delimiter of its own, because its values hold commas and are not quoted.
  const delimiter = elementType === 'box' ? ';' : ',';
  // Bounds other than 1 are printed as a prefix: [0:1]={a,b}.
  let i = text.startsWith('[') ? text.indexOf('=') + 1 : 0;

  const scalar = (raw: string, quoted: boolean): string => {
    if (!quoted && raw.toUpperCase() === 'NULL') return 'null';
    if (bare) return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(raw) ? raw : JSON.stringify(raw);
    if (boolean) return raw === 't' ? 'true' : 'false';
    return json ? raw : JSON.stringify(raw);
  };

  const quotedElement = (): string => {
    let value = '';
    for (i += 1; text[i] !== '"'; i += 1) {
      if (i >= text.length) throw new Error(`not the text of a Postgres array: ${text.slice(0, 80)}`);
      if (text[i] === '\\') i += 1;
      value += text[i] ?? '';
    }
    i += 1;
    return value;
  };

  const level = (): string => {
    if (text[i] !== '{') throw new Error(`not the text of a Postgres array: ${text.slice(0, 80)}`);
    i += 1;
    const parts: string[] = [];
    while (text[i] !== '}') {
      if (i >= text.length) throw new Error(`not the text of a Postgres array: ${text.slice(0, 80)}`);
      if (text[i] === delimiter) i += 1;
      else if (text[i] === '{') parts.push(level());
      else if (text[i] === '"') parts.push(scalar(quotedElement(), true));
      else {
        const start = i;
        while (i < text.length && text[i] !== delimiter && text[i] !== '}') i += 1;
        parts.push(scalar(text.slice(start, i), false));
      }
    }
    i += 1;
    return `[${parts.join(',')}]`;
  };

  return level();
}
