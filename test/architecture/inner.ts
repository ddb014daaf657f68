/** What everybody may import, but for the simulator. */
export const INNER = ['src/base/', 'src/domain/'] as const;
