/**
 * A program that fetches what a pre-authenticated URL leads to: `node fetch-program.ts JSON`. Prints `byte N` whenever
 * more of it is here, and in the end `sha256 ...` or `refused REASON`.
 */
import { hashObject } from '../../main/storage/hash-object.ts';
import { preAuthenticatedRequest } from '../../main/storage/pre-authenticated-request.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';

const order = JSON.parse(process.argv[2] ?? '') as { uri: string; caFile?: string; stagingFolder: string };
try {
  const request = await preAuthenticatedRequest(order);
  await using object = await request.open({
    maximumSize: 1e9,
    onProgress: (done) => process.stdout.write(`byte ${done}\n`),
  });
  process.stdout.write(`sha256 ${await hashObject(object)}\n`);
} catch (thrown) {
  if (!(thrown instanceof StrongroomError)) throw thrown;
  process.stdout.write(`refused ${thrown.reason ?? thrown.code}\n`);
}
