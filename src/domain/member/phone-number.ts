/** Whether a text is a telephone number in E.164 form, such as +15550100000: the only form that ACS dials. */
export function isE164(text: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(text);
}
