/** Where the server's REST interface begins. */
export const API = 'api/2.0/mlflow';
