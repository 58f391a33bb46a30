import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type FailedAnswer, failureOf, transportFailure } from '../../../src/tracking/mlflow/failure.js';

const uri = 'https://mlflow.example:5000/at';
const answer = (status: number, more: Partial<FailedAnswer> = {}): FailedAnswer => ({
  ...{ status, contentType: 'text/plain', text: '', retryAfter: undefined, uri, path: 'runs/get' },
  ...more,
});
const refused = (code: string | undefined, message = 'why'): Partial<FailedAnswer> => ({
  contentType: 'application/json; charset=utf-8',
  text: JSON.stringify({ error_code: code, message }),
});
const html = (text: string): Partial<FailedAnswer> => ({ contentType: 'text/html', text });

describe('an answer that is no success', () => {
  test.each([
    // The status says it.
    [answer(401), 'unauthorized', false],
    [answer(403), 'forbidden', false],
    [answer(429), 'throttled', true],
    [answer(500), 'server', true],
    [answer(501, refused('INTERNAL_ERROR')), 'server', true],
    [answer(503), 'server', true],
    [answer(599), 'server', true],
    // Words that one status alone may say.
    [answer(403, html('Invalid Host header - rebinding')), 'host', false],
    [answer(400, html('Invalid Host header')), 'foreign', false],
    [answer(400, html('<b>No required SSL certificate was sent</b>')), 'tls', false],
    [answer(400, html('The SSL certificate error')), 'tls', false],
    [answer(500, html('SSL certificate error')), 'server', true],
    // A full disk, with whichever status.
    ...['(sqlite3) database or disk is full', 'No space left on device', 'ENOSPC', 'Disk quota exceeded'].map(
      (text) => [answer(500, { text }), 'disk', true] as const,
    ),
    [answer(400, refused('INTERNAL_ERROR', '[Errno 28] x')), 'disk', true],
    [answer(500, { text: 'errno 280' }), 'server', true],
    [answer(403, { text: 'ENOSPC' }), 'forbidden', false],
    // The server's own code.
    [answer(400, refused('RESOURCE_ALREADY_EXISTS')), 'exists', false],
    [answer(404, refused('RESOURCE_DOES_NOT_EXIST')), 'missing', false],
    [answer(400, refused('INVALID_PARAMETER_VALUE')), 'invalid', false],
    [answer(499, refused('INVALID_PARAMETER_VALUE')), 'invalid', false],
    [answer(400, refused('X', 'must be active; Current state is deleted.')), 'deleted', false],
    // What is no MLflow server.
    [answer(404), 'foreign', false],
    [answer(302), 'foreign', false],
    [answer(404, { contentType: 'application/json', text: '{"error_code"' }), 'foreign', false],
    [answer(404, { contentType: 'application/json', text: 'null' }), 'foreign', false],
    [answer(404, { ...refused(undefined), text: '{"error_code":404}' }), 'foreign', false],
    [answer(404, { ...refused('RESOURCE_DOES_NOT_EXIST'), contentType: 'text/plain' }), 'foreign', false],
  ] as const)('%j is %s', (given, kind, transient) => {
    expect(failureOf(given)).toMatchObject({ kind, transient });
  });

  test.each([
    [answer(403, html('<p>x</p>')), `MLflow at ${uri} forbids this user to write (403): status 403`],
    [answer(500, { text: '\n Traceback \nmore' }), `MLflow at ${uri} failed (500): Traceback `],
    [answer(500, { text: 'y'.repeat(300) }), `MLflow at ${uri} failed (500): ${'y'.repeat(300)}`],
    [answer(500, { text: 'y'.repeat(301) }), `MLflow at ${uri} failed (500): ${'y'.repeat(300)} ...`],
    [answer(400, refused('X', 'no such')), `MLflow at ${uri} refuses runs/get: no such`],
    [answer(404, refused('RESOURCE_DOES_NOT_EXIST', '')), 'status 404'],
    [answer(302), `What answers at ${uri} is no MLflow server: runs/get was answered with 302.`],
    [answer(429), `MLflow at ${uri} is too busy (429).`],
    [answer(403, { text: 'invalid host header' }), /answer to the name mlflow\.example:5000\.$/],
  ])('%j is told in a line', (given, message) => {
    expect(failureOf(given).message).toMatch(message);
    if (typeof message === 'string') expect(failureOf(given).message).toBe(message);
  });

  describe('that says when to ask again', () => {
    beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 0, 1, 12, 0, 0) }));
    afterEach(() => void vi.useRealTimers());
    test.each([
      ['5', 5000],
      ['0', 0],
      ['120', 120_000],
      ['Thu, 01 Jan 2026 12:00:30 GMT', 30_000],
      ['Thu, 01 Jan 2026 11:59:00 GMT', 0],
      ['soon', undefined],
      ['', undefined],
      [undefined, undefined],
    ])('Retry-After: %s is %s ms', (retryAfter, ms) => {
      const after = [429, 503, 400, 500].map(
        (status) => failureOf(answer(status, { retryAfter })).retryAfter,
      );
      // Elsewhere it has no meaning.
      expect(after).toEqual([ms, ms, undefined, undefined]);
    });
  });
});

describe('a connection that fails', () => {
  const coded = (code: string, message = 'why', name = 'Error'): Error =>
    Object.assign(new Error(message), { code, name });
  const tlsCodes = ['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'];
  test.each<readonly [Error | string, string, string]>([
    ...[...tlsCodes, 'UNABLE_TO_GET_ISSUER_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_SSL_X', 'EPROTO'].map(
      (code) => [coded(code), 'tls', `No secure connection to MLflow at ${uri}: why (${code}).`] as const,
    ),
    [coded('ECONNREFUSED'), 'unreachable', 'nothing listens there (ECONNREFUSED)'],
    [coded('ENOTFOUND'), 'unreachable', 'there is no such host (ENOTFOUND)'],
    [coded('EAI_AGAIN'), 'unreachable', 'its name cannot be looked up just now (EAI_AGAIN)'],
    [coded('ECONNRESET'), 'unreachable', 'the connection was cut (ECONNRESET)'],
    [coded('EPIPE', 'broken'), 'unreachable', 'broken (EPIPE)'],
    [new Error('odd'), 'unreachable', 'odd'],
    ['text', 'unreachable', 'text'],
    [coded('UND_ERR_HEADERS_TIMEOUT'), 'unreachable', 'no answer within 3 s'],
    [coded('ETIMEDOUT'), 'unreachable', 'no answer within 3 s'],
    [coded('', 'x', 'TimeoutError'), 'unreachable', 'no answer within 3 s'],
    [new AggregateError([coded('EPIPE', 'a'), coded('ENOTFOUND')]), 'unreachable', 'a (EPIPE)'],
    [new AggregateError([], 'none'), 'unreachable', 'none'],
  ])('%s is %s: %s', (error, kind, why) => {
    const message = kind === 'tls' ? why : `MLflow at ${uri} cannot be reached: ${why}.`;
    const failure = transportFailure(error, uri, 2600);
    expect(failure).toMatchObject({ kind, message, cause: error, transient: kind !== 'tls' });
  });

  test.each([
    [coded('UND_ERR_SOCKET'), uri, /MLFLOW_TRACKING_CLIENT_CERT_PATH/],
    [coded('UND_ERR_SOCKET'), 'http://x', /^none$/],
    [coded('ECONNRESET'), uri, /^none$/],
    [coded('ERR_TLS_CERT_ALTNAME_INVALID'), uri, /^Call it by a name/],
    [coded('CERT_HAS_EXPIRED'), uri, /renewed/],
    [coded('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'), uri, /^Perhaps .*MLFLOW_TRACKING_CLIENT_CERT_PATH/],
    [coded('EPROTO'), uri, /http:\/\/mlflow\.example:5000\/at\.$/],
    [coded('ERR_SSL_WRONG_VERSION_NUMBER'), uri, /speaks https at all/],
    [coded('ERR_SSL_PACKET_LENGTH_TOO_LONG'), uri, /speaks https at all/],
    [coded('SELF_SIGNED_CERT_IN_CHAIN'), uri, /MLFLOW_TRACKING_SERVER_CERT_PATH/],
  ])('%s at %s has the remedy %s', (error, where, remedy) => {
    expect(transportFailure(error, where, 1).remedy ?? 'none').toMatch(remedy);
  });
});
