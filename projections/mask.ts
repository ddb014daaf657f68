/** A phone number as people may see it: its last four digits, `+*******0123`. Short ones are hidden whole. */
export function maskNumber(phoneNumber: string): string {
  const plus = phoneNumber.startsWith('+') ? '+' : '';
  const digits = phoneNumber.slice(plus.length);
  const shown = digits.length > 4 ? digits.slice(-4) : '';
  return plus + '*'.repeat(digits.length - shown.length) + shown;
}
