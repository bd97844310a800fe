import { Cpu, FolderOpen, RefreshCw, Usb } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Region } from '../../../shared/domain/realm.ts';
import { Button } from '../../components/button.tsx';
import { RadioCards } from '../../components/choice.tsx';
import type { RadioCard } from '../../components/choice.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FilePicker } from '../../components/file-picker.tsx';
import { AnswerView } from '../../components/loading.tsx';
import { Badge } from '../../components/state-badge.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useAnswer } from '../../hooks/use-answer.ts';
import { NO_TOKEN, regionServedBy, whyNot } from './token-choice.ts';
import type { ShownToken, TokenChoice } from './token-choice.ts';

const OTHER = 'other';

/** What is known of the modules that Strongroom finds by itself. */
const VENDORS: Readonly<Record<string, string>> = {
  SoftHSM: 'Tokens in software, in files of this machine. For practice and for tests.',
  NSS: 'The key store of Firefox and others, in software. It wants to be told where the store lies.',
};

export interface TokenChooserProps {
  readonly value: TokenChoice;
  readonly onChange: (choice: TokenChoice) => void;
  /** Regions whose tokens cannot be taken. */
  readonly regions?: readonly Region[];
}

/** A module of those on this machine or by file, then one of the tokens that it shows. Needs no PIN. */
export function TokenChooser({ value, onChange, regions = [] }: TokenChooserProps) {
  const modules = useAnswer('modules.list', {});
  return (
    <div className="stack">
      <AnswerView of={modules} loading="Looking for token software on this machine">
        {({ data }) => <ModuleChoice known={data} value={value} onChange={onChange} />}
      </AnswerView>
      {value.module !== '' && <TokensOfModule value={value} onChange={onChange} regions={regions} />}
    </div>
  );
}

interface KnownModule {
  readonly vendor: string;
  readonly path: string;
}

function ModuleChoice({
  known,
  value,
  onChange,
}: Pick<TokenChooserProps, 'value' | 'onChange'> & { readonly known: readonly KnownModule[] }) {
  const [chosen, choose] = useState<string | undefined>(() => {
    if (value.module === '') return undefined;
    return known.some(({ path }) => path === value.module) ? value.module : OTHER;
  });
  const [path, setPath] = useState(value.module);
  const [parameters, setParameters] = useState(value.moduleParameters);
  const isNss = known.some((module) => module.path === chosen && module.vendor === 'NSS');
  const needsDetails = chosen === OTHER || isNss;
  const isShown = value.module === path.trim() && value.moduleParameters === parameters.trim();

  return (
    <>
      <RadioCards
        label="Token software (PKCS#11 module)"
        columns={3}
        value={chosen}
        onChange={(id) => {
          choose(id);
          const vendor = known.find((module) => module.path === id)?.vendor;
          setPath(id === OTHER ? '' : id);
          setParameters('');
          onChange(id === OTHER || vendor === 'NSS' ? NO_TOKEN : { ...NO_TOKEN, module: id });
        }}
        cards={[
          ...known.map(({ vendor, path: file }) => ({
            id: file,
            title: vendor,
            icon: Cpu,
            description: (
              <>
                {VENDORS[vendor] ?? 'Found on this machine.'} <code>{file}</code>
              </>
            ),
          })),
          {
            id: OTHER,
            title: 'Another module',
            icon: FolderOpen,
            description: 'A library file that came with your token: .so on Linux, .dylib, or .dll.',
          },
        ]}
      />
      {needsDetails && (
        <>
          {chosen === OTHER && (
            <FilePicker
              label="Module library"
              value={path}
              onChange={setPath}
              purpose="open-file"
              title="Choose the PKCS#11 module"
              extensions={['so', 'dylib', 'dll']}
            />
          )}
          <TextField
            label="Library parameters"
            value={parameters}
            onChange={setParameters}
            isCode
            placeholder={isNss ? "configdir='sql:/path/to/store'" : ''}
            description="Only NSS needs them; other modules leave this empty."
          />
          <div>
            <Button
              isDisabled={path.trim() === '' || isShown}
              onPress={() =>
                onChange({ ...NO_TOKEN, module: path.trim(), moduleParameters: parameters.trim() })
              }
            >
              Show its tokens
            </Button>
          </div>
        </>
      )}
    </>
  );
}

function TokensOfModule({ value, onChange, regions }: Required<TokenChooserProps>) {
  const { module, moduleParameters } = value;
  const tokens = useAnswer('token.list', {
    module,
    ...(moduleParameters === '' ? {} : { moduleParameters }),
  });
  const shown = (tokens.answer?.data ?? []).map((token) => ({
    token,
    id: keyOf(token),
    refusal: whyNot(token, regionServedBy(module, token, regions)),
  }));
  const usable = shown.filter(({ refusal }) => refusal === undefined);
  const only = usable.length === 1 ? usable[0] : undefined;

  // Where there is but one to choose, it is chosen.
  const onlyId = only?.id;
  useEffect(() => {
    if (only !== undefined && value.token === undefined) onChange({ ...value, token: only.token });
    // Only when the tokens change: another choice is the officer's.
  }, [onlyId]);

  const cards = shown.map(({ token, id, refusal }): RadioCard => ({
    id,
    title: token.label === '' ? 'An empty slot' : token.label,
    icon: Usb,
    isDisabled: refusal !== undefined,
    description: (
      <>
        {[token.manufacturer, token.model].filter((word) => word !== '').join(' ')}
        {token.serial !== '' && (
          <>
            , serial number <code>{token.serial}</code>
          </>
        )}
        {token.firmwareVersion !== '' && `, firmware ${token.firmwareVersion}`}
        {refusal !== undefined && <> · {refusal}</>}
      </>
    ),
    aside: <TokenBadge token={token} isRefused={refusal !== undefined} />,
  }));

  return (
    <AnswerView of={tokens} loading="Asking the module for its tokens">
      {() =>
        cards.length === 0 ? (
          <EmptyState
            title="This module shows no token"
            action={
              <Button icon={RefreshCw} onPress={tokens.reload}>
                Look again
              </Button>
            }
          >
            Plug the token in, then look again. If it is in, its driver or service may not be running.
          </EmptyState>
        ) : (
          <>
            <RadioCards
              label="Token"
              cards={cards}
              value={value.token === undefined ? undefined : keyOf(value.token)}
              onChange={(id) => onChange({ ...value, token: shown.find((each) => each.id === id)?.token })}
            />
            <div>
              <Button icon={RefreshCw} size="small" isPending={tokens.isLoading} onPress={tokens.reload}>
                Look again
              </Button>
            </div>
          </>
        )
      }
    </AnswerView>
  );
}

function TokenBadge({ token, isRefused }: { readonly token: ShownToken; readonly isRefused: boolean }) {
  if (token.isPinLocked) return <Badge tone="bad">PIN locked</Badge>;
  if (isRefused) return <Badge>Cannot be used</Badge>;
  if (token.isPinFinalTry) return <Badge tone="bad">One PIN try left</Badge>;
  if (token.isPinCountLow) return <Badge tone="warning">A wrong PIN was entered</Badge>;
  return <Badge tone="good">Ready</Badge>;
}

function keyOf(token: ShownToken): string {
  return `${token.serial} ${token.label}`;
}
