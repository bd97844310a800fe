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
  'recovery-kit.create': '--threshold 3 --shares 5 --out kit',
  'recovery-kit.confirm':
    '--kit kit/recovery-kit.json --share-file 1.txt --share-file 2.txt --share-file 3.txt --share-file 4.txt --share-file 5.txt --region eu-frankfurt-1',
  'recovery-kit.rehearse':
    '--kit kit/recovery-kit.json --share-file 1.txt --share-file 2.txt --share-file 3.txt',
  'recovery-kit.restore':
    '--kit kit/recovery-kit.json --share-file 1.txt --share-file 2.txt --share-file 3.txt --region eu-zurich-1 --module /usr/lib/softhsm/libsofthsm2.so --token-label strongroom-new',
  'vault.create': '--compartment-id ocid1.compartment... --display-name Payments',
  'vault.set-backup-target': '--vault-id ocid1.vault... --maximum-age-hours 24 --minimum-copies 3',
  'vault.backup': '--vault-id ocid1.vault... --bucket-name backups --is-include-keys true',
  'vault.restore': '--bucket-name backups --object-name payments.backup --region eu-zurich-1 --dry-run',
  'vault.restore-from-file':
    '--restore-vault-from-file-location /media/stick/payments.backup --region eu-zurich-1',
  'vault.schedule-deletion': '--vault-id ocid1.vault... --time-of-deletion 2026-12-24T00:00:00Z',
  'vault.cancel-deletion': '--vault-id ocid1.vault...',
  'vault.update': `--vault-id ocid1.vault... --display-name Payments --freeform-tags '{"owner":"treasury"}'`,
  'key.create': `--vault-id ocid1.vault... --display-name card-data --key-shape '{"algorithm":"AES","length":32}'`,
  'key.backup': '--key-id ocid1.key... --out /media/stick/card-data.backup',
  'key.restore': '--bucket-name backups --object-name card-data.backup',
  'key.schedule-deletion': '--key-id ocid1.key... --time-of-deletion 2026-12-24T00:00:00Z',
  'deletion.list': '--region eu-frankfurt-1',
  'deletion.execute': '--region eu-frankfurt-1',
  'limit.set': '--region eu-frankfurt-1 --name key-version-count-per-virtual-private-vault --value 5000',
  'crypto.encrypt': '--key-id ocid1.key... --in report.pdf --out report.pdf.encrypted',
  'crypto.decrypt': '--in report.pdf.encrypted --out report.pdf',
  'secret.create':
    '--vault-id ocid1.vault... --key-id ocid1.key... --name db-password --content-file password.txt',
  'secret.get': '--secret-id ocid1.vaultsecret... --out password.txt',
  'bucket.create': '--name backups --location /srv/backups --region eu-frankfurt-1',
  'object.copy':
    '--bucket-name backups --source-object-name payments.backup --destination-region eu-zurich-1 --destination-bucket backups-zrh',
  'object.delete': '--bucket-name backups --object-name payments.backup',
  'backup.export': '--vault-id ocid1.vault... --out /media/stick/strongroom',
  'backup.import': '--from /media/stick/strongroom --bucket-name backups --region eu-zurich-1',
  'backup.rebuild-catalog': '--location /srv/backups --location /media/stick/strongroom',
  'backup.inspect': '--file /media/stick/payments.backup',
  'backup.verify': '--bucket-name backups --object-name payments.backup --depth keys',
  'backup.plan-restore': '--file /media/stick/payments.backup --region eu-zurich-1',
  'backup.drill': '--bucket-name backups --object-name payments.backup --out payments.drill.json',
  'backup.coverage': '--maximum-age-hours 24',
  'audit.verify': '--region eu-frankfurt-1',
  'audit.export': '--out audit.jsonl --since 2026-11-01',
  'doctor.run': '--region eu-frankfurt-1 --depth full',
  'operator.create': '--operator-name clerk',
  'group.create': '--group-name BackupOperators',
  'group.add-member': '--group-name BackupOperators --operator-name clerk',
  'policy.create': `--policy-name backups --statements '["Allow group BackupOperators to manage vaults in compartment Payments"]'`,
  'policy.check': '--operator-name clerk --operation-name vault.backup --vault-id ocid1.vault...',
};
