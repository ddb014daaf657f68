/** Whether a text is a telephone number in E.164 form, such as +15550100000: the only form that ACS dials. */
export function isE164(text: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(text);
}

/** A phone number as people may see it: its last four digits, `+*******0123`. Short ones are hidden whole. */
export function maskNumber(phoneNumber: string): string {
  const plus = phoneNumber.startsWith('+') ? '+' : '';
  const digits = phoneNumber.slice(plus.length);
  const shown = digits.length > 4 ? digits.slice(-4) : '';
  return plus + '*'.repeat(digits.length - shown.length) + shown;
}
