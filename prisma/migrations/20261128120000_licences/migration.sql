-- Every source that an import or the seed creates has a licence. Sources that earlier versions imported get theirs.

UPDATE "Source" s SET license = CASE
  WHEN i.scheme = 'OPENSANCTIONS_DATASET' THEN 'CC BY-NC 4.0 (https://www.opensanctions.org/licensing/)'
  WHEN i.scheme = 'URL' THEN 'copyright of the publisher; only the address is used'
  WHEN i.value = 'gdelt' THEN 'free use and redistribution with a citation of the GDELT Project and a link to https://www.gdeltproject.org'
  ELSE 'copyright of the publisher; quotes of at most ten words'
END
FROM "Identifier" i
WHERE i."sourceId" = s.id AND s.license IS NULL AND (
  i.scheme = 'OPENSANCTIONS_DATASET' OR i.scheme = 'URL' AND s.kind = 'ARTICLE'
  OR i.scheme = 'DATELINE' AND i.value IN ('gdelt', 'belarus-between-moscow-and-the-west'));

-- The source of the countries, where they were imported before it was a record.
WITH source AS (
  INSERT INTO "Source" (id, kind, title, publisher, url, license)
  SELECT gen_random_uuid(), 'DATASET', 'world-countries', 'mledoze', 'https://github.com/mledoze/countries',
    'ODbL 1.0 (https://opendatacommons.org/licenses/odbl/1-0/)'
  WHERE EXISTS (SELECT FROM "Country") AND NOT EXISTS (SELECT FROM "Source" WHERE url = 'https://github.com/mledoze/countries')
  RETURNING id
)
INSERT INTO "Identifier" (id, scheme, value, "sourceId") SELECT gen_random_uuid(), 'DATELINE', 'world-countries', id FROM source;
