/** What the names of workflow files end on; others that end on `.json` are opened as well. Installers tell the system of it. */
export const workflowExtension = '.weft.json';
