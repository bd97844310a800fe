import type { Migration } from './migration.ts';

/**
 * SOFTWARE keys' values, sealed under a token key, and secrets (rules R10, R15). What stands here stands nowhere else:
 * neither has a backup. Contents have a table of their own, so that lists never read them.
 */
export const softwareKeysAndSecrets: Migration = {
  version: 10,
  sql: `
    -- A region has several only where its token was replaced.
    CREATE TABLE software_key_protectors (
      material_id BLOB PRIMARY KEY CHECK (length(material_id) = 16),
      region TEXT NOT NULL,
      lifecycle_state TEXT NOT NULL CHECK (lifecycle_state IN ('CREATING', 'ENABLED')),
      time_created TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX software_key_protectors_by_region ON software_key_protectors (region, time_created);

    -- A data key of 32 bytes as the token encrypts it: nonce, ciphertext, tag. The longest value is RSA-4096's PKCS#8.
    CREATE TABLE software_key_materials (
      key_version_id TEXT PRIMARY KEY REFERENCES key_versions (id),
      protector_material_id BLOB NOT NULL REFERENCES software_key_protectors (material_id),
      encrypted_data_key BLOB NOT NULL CHECK (length(encrypted_data_key) = 60),
      sealed_material BLOB NOT NULL CHECK (length(sealed_material) BETWEEN 32 AND 4096)
    ) STRICT;
    CREATE INDEX software_key_materials_by_protector ON software_key_materials (protector_material_id);

    CREATE TABLE secrets (
      id TEXT PRIMARY KEY,
      vault_id TEXT NOT NULL REFERENCES vaults (id),
      key_id TEXT NOT NULL REFERENCES keys (id),
      compartment_id TEXT NOT NULL REFERENCES compartments (id),
      name TEXT NOT NULL,
      lifecycle_state TEXT NOT NULL CHECK (lifecycle_state IN ('ACTIVE', 'DELETED')),
      time_created TEXT NOT NULL,
      material_id BLOB NOT NULL CHECK (length(material_id) = 16),
      UNIQUE (vault_id, name)
    ) STRICT;
    CREATE INDEX secrets_by_vault ON secrets (vault_id, time_created, id);
    CREATE INDEX secrets_by_key ON secrets (key_id);
    CREATE INDEX secrets_by_compartment ON secrets (compartment_id);

    -- Of ACTIVE secrets only.
    CREATE TABLE secret_contents (
      secret_id TEXT PRIMARY KEY REFERENCES secrets (id),
      content BLOB NOT NULL
    ) STRICT;
  `,
};
