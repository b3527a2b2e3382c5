import { wholeNumber } from './options.ts'

const bounds = { min: 0, max: 65_535 }

/** The reader of `--port`; 0 takes any free one. */
export const portOption: (given: string) => number = wholeNumber('--port', bounds)

/**
 * Where an application listens that nobody gave `--port`: where PORT says, as platforms that start programs have it.
 * @default 4000
 * @throws HP_OPTION_INVALID for a PORT that is no port
 */
export const portOfEnvironment = ({ PORT = '' }: { PORT?: string | undefined }): number =>
  PORT === '' ? 4000 : wholeNumber('PORT', bounds)(PORT)
