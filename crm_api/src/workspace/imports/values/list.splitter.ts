/**
 * The parts of a cell that holds several values: separated by semicolons or commas, also the Arabic ones. A part that `isKnown` knows as a whole stays whole, so that a
 * name may have a comma itself. Empty and repeated parts are left out.
 */
export function splitList(text: string, isKnown: (part: string) => boolean = () => false): string[] {
  const whole = (part: string): boolean => isKnown(part.trim());
  const parts = whole(text) ? [text] : text.split(/[;؛]/).flatMap((part) => (whole(part) ? [part] : part.split(/[,،]/)));
  return [...new Set(parts.map((part) => part.trim()).filter((part) => part !== ''))];
}
