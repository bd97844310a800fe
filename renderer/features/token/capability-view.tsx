import { Check, X } from 'lucide-react';
import type { CapabilityProfile } from '../../../shared/domain/capability-profile.ts';
import { DescriptionList } from '../../components/description-list.tsx';
import { Notice } from '../../components/notice.tsx';
import { Time } from '../../components/time.tsx';
import { Sentences } from './sentences.tsx';
import './token.css';

/** What was found by trying the token (rule R4): first what is missing or weak, then what it can do. */
export function CapabilityView({ profile }: { readonly profile: CapabilityProfile }) {
  const { missing, weaknesses, enforces, token } = profile;
  return (
    <div className="stack">
      {missing.length > 0 ? (
        <Notice tone="error" title={`The token ${token.label} cannot be used: it lacks what backup needs`}>
          <Sentences of={missing} />
        </Notice>
      ) : (
        <Notice tone="success" title={`The token ${token.label} can do all that backup needs`} />
      )}
      {weaknesses.length > 0 && (
        <Notice tone="warning" title="What is weak about this token">
          <Sentences of={weaknesses} />
        </Notice>
      )}
      <DescriptionList
        columns={2}
        items={[
          { term: 'Token', value: `${token.label}, serial number ${token.serial}` },
          {
            term: 'Made by',
            value: `${token.manufacturer} ${token.model}, firmware ${token.firmwareVersion}`,
          },
          { term: 'Wraps keys by', value: wrapInWords(profile.keyWrapMechanism) },
          { term: 'RSA-OAEP with', value: profile.oaepHashes.join(', ') || 'None' },
          { term: 'Key types', value: profile.keyTypes.join(', ') || 'None' },
          { term: 'Tried', value: <Time value={profile.timeProbed} /> },
        ]}
      />
      <div>
        <h3>What it enforces by itself</h3>
        <ul className="enforced">
          <Enforced is={enforces.wrapWithTrusted}>
            Hands a key out to a trusted wrapping key only (WRAP_WITH_TRUSTED)
          </Enforced>
          <Enforced is={enforces.trustedWhilePrivate}>
            Takes a private key as the trusted one (TRUSTED while private)
          </Enforced>
          <Enforced is={enforces.allowedMechanisms}>
            Limits a key to named mechanisms (ALLOWED_MECHANISMS)
          </Enforced>
          <Enforced is={enforces.extractable}>Keeps in what is marked as not extractable</Enforced>
        </ul>
      </div>
    </div>
  );
}

function wrapInWords(mechanism: number | undefined): string {
  if (mechanism === undefined) return 'Nothing that passes the RFC 5649 test';
  return `AES key wrap with padding (RFC 5649), mechanism 0x${mechanism.toString(16).toUpperCase()}`;
}

function Enforced({ is, children }: { readonly is: boolean; readonly children: string }) {
  const Icon = is ? Check : X;
  return (
    <li>
      <Icon aria-hidden className={`icon ${is ? 'mark-good' : 'mark-warning'}`} />
      <span>
        <span className="visually-hidden">{is ? 'Yes: ' : 'No: '}</span>
        {children}
      </span>
    </li>
  );
}
