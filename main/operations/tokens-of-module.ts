import type { OperationHandler } from './operation-context.ts';

function moduleOf(request: { readonly module: string; readonly moduleParameters?: string | undefined }) {
  return {
    modulePath: request.module,
    ...(request.moduleParameters === undefined ? {} : { moduleParameters: request.moduleParameters }),
  };
}

export const listTokens: OperationHandler<'token.list'> = async (context, request) => ({
  data: [...(await context.tokens.listTokens(moduleOf(request)))],
});

/** Makes a practice token ready. The two PINs are read by the token's process from their files (rule R71). */
export const initialiseToken: OperationHandler<'token.initialise'> = (context, request) =>
  context.tokens.initialiseToken(
    moduleOf(request),
    request.label,
    { kind: 'file', path: request.soPinFile },
    { kind: 'file', path: request.userPinFile },
  );
