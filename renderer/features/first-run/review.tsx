import { DescriptionList } from '../../components/description-list.tsx';
import { Notice } from '../../components/notice.tsx';
import { countOf } from '../../components/words.ts';
import { knownRegionKey } from '../token/region-naming.ts';
import type { Draft } from './draft.ts';

export function Review({ draft }: { readonly draft: Draft }) {
  const { choice, profile, way, regionId } = draft;
  const regionKey = draft.regionKey === '' ? (knownRegionKey(regionId) ?? '') : draft.regionKey;
  return (
    <>
      <DescriptionList
        items={[
          { term: 'What is done', value: WORDS[way ?? 'create'] },
          { term: 'Realm', value: way === 'create' ? draft.realmName : 'As the token or the kit says' },
          { term: 'Tenancy', value: way === 'create' ? draft.tenancyName : undefined },
          { term: 'Kit file', value: way === 'kit' ? <code>{draft.kit.kit}</code> : undefined },
          {
            term: 'Shares',
            value: way === 'kit' ? countOf(draft.kit.shareFiles.length, 'share') : undefined,
          },
          { term: 'Token', value: choice.token?.label },
          { term: 'Serial number', value: choice.token?.serial },
          { term: 'Module', value: <code>{choice.module}</code> },
          { term: 'Region', value: `${regionId} (${regionKey})` },
          { term: 'First operator', value: `${draft.administrator}, administrator of this home` },
          {
            term: 'Known weaknesses',
            value:
              profile === undefined
                ? undefined
                : countOf(profile.weaknesses.length, 'weakness', 'weaknesses'),
          },
        ]}
      />
      <Notice title="What you will be asked for">
        First {draft.administrator} chooses a passphrase, then the token {choice.token?.label} wants its PIN.
        Each is asked for in a small window of its own and kept nowhere. Until both are right, nothing is
        written.
      </Notice>
    </>
  );
}

const WORDS: Readonly<Record<NonNullable<Draft['way']>, string>> = {
  create: 'Make the realm keys in the token and bind it to the region',
  attach: 'Prove the realm keys of the token and bind it to the region',
  kit: 'Rebuild the realm keys in the token and bind it to the region',
  enrol: 'Enrol the token',
  practice: 'Open a practice realm',
};
