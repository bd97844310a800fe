import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate and its key, as PEM files. */
export interface ServerCertificate {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateWish {
  /** As it stands in subjectAltName: `DNS:localhost,IP:127.0.0.1`. */
  readonly names?: string;
  /** The time for which it is valid, as openssl writes it: `20200101000000Z`. */
  readonly validity?: readonly [from: string, to: string];
}

const LONG = ['20250101000000Z', '20991231235959Z'] as const;
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** A certificate authority for one test, made by openssl when it is needed: no key is kept anywhere. */
export class CertificateAuthority {
  /** Its own certificate, PEM: what --ca-file names. */
  readonly certificate: string;
  readonly #folder: string;
  #issued = 0;

  /** @param folder is not emptied afterwards: that is its owner's task. */
  constructor(folder: string) {
    this.#folder = folder;
    this.certificate = join(folder, 'ca.pem');
    writeFileSync(this.#file('index'), '');
    writeFileSync(
      this.#file('ca.conf'),
      [
        '[req]',
        'distinguished_name = name',
        '[name]',
        '[ca]',
        'default_ca = this',
        '[this]',
        `database = ${this.#file('index')}`,
        `new_certs_dir = ${folder}`,
        'default_md = sha256',
        'policy = any',
        'copy_extensions = copy',
        'rand_serial = yes',
        'unique_subject = no',
        '[any]',
        'commonName = optional',
        '',
      ].join('\n'),
    );
    openssl([
      ...[
        'req',
        '-x509',
        '-config',
        this.#file('ca.conf'),
        '-subj',
        '/CN=Test authority',
        '-days',
        '1',
        ...KEY,
      ],
      ...['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign'],
      ...['-keyout', this.#file('ca.key'), '-out', this.certificate],
    ]);
  }

  /** A server's certificate, for this machine and the present unless told otherwise. */
  issue({ names = 'DNS:localhost,IP:127.0.0.1', validity = LONG }: CertificateWish = {}): ServerCertificate {
    this.#issued += 1;
    const stem = this.#file(`server-${this.#issued}`);
    openssl([
      ...['req', '-new', '-config', this.#file('ca.conf'), '-subj', '/CN=Test server', ...KEY],
      ...['-addext', `subjectAltName=${names}`, '-keyout', `${stem}.key`, '-out', `${stem}.request`],
    ]);
    openssl([
      ...['ca', '-batch', '-notext', '-config', this.#file('ca.conf')],
      ...['-cert', this.certificate, '-keyfile', this.#file('ca.key')],
      ...['-startdate', validity[0], '-enddate', validity[1]],
      ...['-in', `${stem}.request`, '-out', `${stem}.pem`],
    ]);
    return { certificate: `${stem}.pem`, key: `${stem}.key` };
  }

  #file(name: string): string {
    return join(this.#folder, name);
  }
}

function openssl(argumentList: readonly string[]): void {
  execFileSync('openssl', argumentList, { stdio: 'pipe' });
}
