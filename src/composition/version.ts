import packageJson from '../../package.json' with { type: 'json' };

/** Which release this is: what package.json says, read here and nowhere else. */
export const VERSION: string = packageJson.version;
