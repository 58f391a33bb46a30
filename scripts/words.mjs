// A lint rule for identifiers that name nothing in this field: each has a word that a reader knows already.

/** What to say instead. */
const INSTEAD = {
  own: 'getOwn, or what it holds: layerVariables',
  told: 'reported',
  said: 'message',
  heard: 'onMessage',
  begun: 'onStart, or started',
  twins: 'duplicates',
  standing: 'trial',
  standings: 'progress',
  Standing: 'TrialState',
  Climber: 'Candidate',
  Party: 'Group',
  parties: 'groups',
  rests: 'leftovers, or waiting',
  remains: 'partialRecipe',
  Remains: 'PartialRecipe',
  doubt: 'warning',
  doubts: 'warnings',
  doubtsOf: 'warningsOf',
  goOn: 'resume',
  giveUp: 'recordFailure',
  takeAway: 'breakLock, remove',
  removeRests: 'removeLeftovers',
  putTwinsAway: 'removeDuplicateRuns',
  Judged: 'Analysed',
  wish: 'options',
  hole: 'invalidNode',
  fallFrom: 'decayFrom',
  Behind: 'TaskQueue',
  beside: 'inBackground',
  Shelf: 'DiskCacheReader',
  Means: 'SharedResources',
  waysOut: 'hints',
  mendFloorDiv: 'fixFloorDiv',
  silenceAdvert: 'muteBanner',
  shower: 'imageConverter',
  anew: 'again',
};

/** Constants that lack their thing and unit: CONNECT_TIMEOUT_MS, MAX_LABEL_CHARS, POLL_INTERVAL_MS. */
const BARE_CONSTANT = /^(PATIENCE|ENOUGH|EVERY|LOOK_EVERY|WIDTH|WIDEST|LONGEST|MOST|(LONGEST|MOST)_.*)$/;

export const words = {
  rules: {
    field: {
      meta: { type: 'suggestion', schema: [] },
      create: (context) => ({
        Identifier(node) {
          const { name } = node;
          const instead = BARE_CONSTANT.test(name)
            ? 'the thing and its unit: CONNECT_TIMEOUT_MS'
            : Object.hasOwn(INSTEAD, name) && INSTEAD[name];
          if (instead) context.report({ node, message: `Not "${name}" but ${instead}: see src/README.md.` });
        },
      }),
    },
  },
};
