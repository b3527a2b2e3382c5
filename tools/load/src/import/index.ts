export { importFile, type ImportFileOptions, importEndings } from './import-file.ts'
export { scenarioFile } from './scenario-file.ts'
export type { Imported, ImportedOptions, ImportNote } from './imported.ts'
