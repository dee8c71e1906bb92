// Names that the executors and whoever gives them work agree on.
export const DBOS_APP = { name: 'bench', applicationVersion: '1' };
export const DBOS_QUEUE = 'long';
export const DBOS_WORKFLOW = 'longWorkflow';
