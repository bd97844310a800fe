/**
 * What stands below the help of the commonest commands: the flags of a typical call, by operation. `...` stands for the
 * rest of an OCID.
 */
export const examples: Readonly<Record<string, string>> = {
  'token.initialise':
    '--module /usr/lib/softhsm/libsofthsm2.so --label strongroom-fra --so-pin-file so.pin --user-pin-file user.pin',
  'realm.create':
    '--name Example --tenancy-name example --region eu-frankfurt-1 --module /usr/lib/softhsm/libsofthsm2.so --token-label strongroom-fra',
  'region.enrol-request':
    '--region eu-zurich-1 --module /usr/lib/softhsm/libsofthsm2.so --token-label strongroom-zrh --out zrh.request',
  'region.enrol-grant': '--request zrh.request --confirm-words "the twelve words" --out zrh.grant',
  'region.enrol-accept': '--region eu-zurich-1 --grant zrh.grant --confirm-words "the twelve words"',
  'vault.create': '--compartment-id ocid1.compartment... --display-name Payments',
  'vault.backup': '--vault-id ocid1.vault... --bucket-name backups --is-include-keys true',
  'vault.restore': '--bucket-name backups --object-name payments.backup --region eu-zurich-1 --dry-run',
  'vault.restore-from-file':
    '--restore-vault-from-file-location /media/stick/payments.backup --region eu-zurich-1',
  'key.create': `--vault-id ocid1.vault... --display-name card-data --key-shape '{"algorithm":"AES","length":32}'`,
  'key.backup': '--key-id ocid1.key... --out /media/stick/card-data.backup',
  'key.restore': '--bucket-name backups --object-name card-data.backup',
  'crypto.encrypt': '--key-id ocid1.key... --in report.pdf --out report.pdf.encrypted',
  'crypto.decrypt': '--in report.pdf.encrypted --out report.pdf',
  'bucket.create': '--name backups --location /srv/backups --region eu-frankfurt-1',
  'object.copy':
    '--bucket-name backups --source-object-name payments.backup --destination-region eu-zurich-1 --destination-bucket backups-zrh',
  'backup.inspect': '--file /media/stick/payments.backup',
  'backup.verify': '--bucket-name backups --object-name payments.backup --depth keys',
  'backup.plan-restore': '--file /media/stick/payments.backup --region eu-zurich-1',
};
