/** Two standard errors, for 95 %. */
const z = 1.959963984540054;

/** The 95 % interval of a share by Wilson (Probable inference, the law of succession, and statistical inference, JASA 22, 1927); null of nothing. */
export function wilson(hits: number, of: number): readonly [number, number] | null {
  if (of === 0) return null;
  const share = hits / of;
  const middle = (share + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z / (1 + (z * z) / of)) * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
