const arabicDigits = '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹';

/** Western digits for Arabic ones, and the Arabic signs for decimal point and thousands. */
export function westernDigits(text: string): string {
  return text.replace(/[٠-٩۰-۹]/g, (digit) => String(arabicDigits.indexOf(digit) % 10)).replace(/٫/g, '.').replace(/٬/g, ',');
}
