export {
  checkpointFolder,
  checkpointSteps,
  discardCheckpointsAfter,
  pruneCheckpoints,
} from './checkpoint-folders.js';
export { readState } from './checkpoint-state.js';
export { loadCheckpoint, type LoadedCheckpoint } from './checkpoint.js';
export { writeExport } from './export.js';
export { ensureFolder, isFileError, reason, replaceFile, writeDurably } from './files.js';
export { findRun, listRuns, type RunLocation } from './find-run.js';
export { formatLine } from './journal-line.js';
export { readTail } from './journal-tail.js';
export { Journal, JOURNAL_FILE } from './journal.js';
export { breakForeignLock, holdsLock, isLocked, LOCK_FILE, lockFolder, unlockFolder } from './lock.js';
export { newestEntry, readJournalBack } from './read-journal-back.js';
export { goesBack, readJournal } from './read-journal.js';
export { createRun, openRun, type RunFolder } from './run-folder.js';
export { readSafetensors, SafetensorsError } from './safetensors.js';
export { beginCheckpoint, saveCheckpoint, type Saved } from './save-checkpoint.js';
export { makeRequestedFile, writeRequestedFile } from './requested-file.js';
