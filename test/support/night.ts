/** Whether the longer forms are run, as every night: `NIGHT=true`. */
export const isNight = process.env['NIGHT'] === 'true';
