-- Citations of targets: on what ground a list has an entry.

ALTER TABLE "Citation" ADD COLUMN "targetId" UUID;
CREATE INDEX "Citation_targetId_idx" ON "Citation"("targetId");
ALTER TABLE "Citation" ADD CONSTRAINT "Citation_targetId_fkey" FOREIGN KEY ("targetId") REFERENCES "SanctionTarget"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Citation" DROP CONSTRAINT "Citation_subject_one";
ALTER TABLE "Citation" ADD CONSTRAINT "Citation_subject_one" CHECK (num_nonnulls(
  "actorId", "relationshipId", "eventId", "eventLinkId", "sanctionId", "sanctionActionId", "detentionId", "disputedValueId", "licenceId",
  "targetId") = 1);
-- The statement of reasons of an official list is quoted as a whole.
ALTER TABLE "Citation" DROP CONSTRAINT "Citation_quote_short";
ALTER TABLE "Citation" ADD CONSTRAINT "Citation_quote_short" CHECK (
  array_length(regexp_split_to_array(btrim(quote), '\s+'), 1) <= 10 OR "targetId" IS NOT NULL AND length(quote) <= 20000);

-- As before, with the citations of targets.
CREATE OR REPLACE FUNCTION owners_of(child TEXT, r JSONB) RETURNS TABLE (type "TrackedType", id UUID) LANGUAGE sql STABLE AS $$
  SELECT owner.type::"TrackedType", owner.id FROM (
    SELECT 'EVENT', (r ->> 'eventId')::uuid WHERE child IN ('participants', 'identifiers', 'citations', 'disputedValues')
    UNION ALL SELECT 'EVENT', (r ->> 'fromId')::uuid WHERE child = 'links'
    UNION ALL SELECT 'EVENT', (SELECT "fromId" FROM "EventLink" WHERE id = (r ->> 'eventLinkId')::uuid) WHERE child = 'citations'
    UNION ALL SELECT 'EVENT', (SELECT "eventId" FROM "EventParticipant" WHERE id = (r ->> 'participantId')::uuid) WHERE child = 'disputedValues'
    UNION ALL SELECT 'ACTOR', (r ->> 'actorId')::uuid WHERE child IN ('person', 'country', 'asset', 'names', 'identifiers', 'citations', 'disputedValues')
    UNION ALL SELECT 'ACTOR', (r ->> 'subjectId')::uuid WHERE child = 'relationships'
    UNION ALL SELECT 'ACTOR', (r ->> 'personId')::uuid WHERE child IN ('detentions', 'births')
    UNION ALL SELECT 'ACTOR', (SELECT "subjectId" FROM "Relationship" WHERE id = (r ->> 'relationshipId')::uuid) WHERE child IN ('identifiers', 'citations')
    UNION ALL SELECT 'ACTOR', (SELECT "personId" FROM "Detention" WHERE id = (r ->> 'detentionId')::uuid) WHERE child = 'citations'
    UNION ALL SELECT 'SANCTION', (r ->> 'sanctionId')::uuid WHERE child IN ('targets', 'actions', 'licences', 'reasons', 'identifiers', 'citations')
    UNION ALL SELECT 'SANCTION', (SELECT "sanctionId" FROM "SanctionAction" WHERE id = (r ->> 'sanctionActionId')::uuid) WHERE child = 'citations'
    UNION ALL SELECT 'SANCTION', (SELECT "sanctionId" FROM "Licence" WHERE id = (r ->> 'licenceId')::uuid) WHERE child = 'citations'
    UNION ALL SELECT 'SANCTION', (SELECT "sanctionId" FROM "SanctionTarget" WHERE id = (r ->> 'targetId')::uuid) WHERE child IN ('citations', 'disputedValues')
    UNION ALL SELECT 'SOURCE', (r ->> 'sourceId')::uuid WHERE child = 'identifiers'
    UNION ALL SELECT owner.* FROM "DisputedValue" v
      LEFT JOIN "EventParticipant" p ON p.id = v."participantId" LEFT JOIN "SanctionTarget" t ON t.id = v."targetId"
      CROSS JOIN LATERAL (VALUES ('ACTOR', v."actorId"), ('EVENT', v."eventId"), ('EVENT', p."eventId"), ('SANCTION', t."sanctionId")) owner
      WHERE child = 'citations' AND r ->> 'disputedValueId' IS NOT NULL AND v.id = (r ->> 'disputedValueId')::uuid
  ) owner (type, id) WHERE owner.id IS NOT NULL
$$;

-- As before, with the citations of the target.
CREATE OR REPLACE FUNCTION restrictions(day DATE, at TIMESTAMPTZ) RETURNS TABLE (
  id UUID, "targetId" UUID, "authorityId" UUID, "sanctionId" UUID, measures "SanctionMeasure"[], scope "RestrictionScope",
  status "SanctionStatus", "confirmedUntil" DATE, "licenceIds" UUID[], "citationIds" UUID[], files TEXT[], "isTargetRetracted" BOOLEAN
) LANGUAGE sql STABLE AS $$
  SELECT r.id, r."actorId", r."authorityId", r."sanctionId", r.measures, r.scope, r.status,
    (SELECT max(g."seenOn") FROM sightings_known(at) g WHERE g."targetId" = r.id),
    ARRAY(
      SELECT l.id FROM licences_known(at) l
      WHERE l."sanctionId" = r."sanctionId" AND (l."targetId" IS NULL OR l."targetId" = r.id)
        AND coalesce(l.earliest, '-infinity') <= day AND coalesce(l.latest, 'infinity') >= day
      ORDER BY l.earliest NULLS FIRST, l.id),
    ARRAY(
      SELECT c.id FROM "Citation" c WHERE c."sanctionId" = r."sanctionId"
      UNION
      SELECT c.id FROM "Citation" c WHERE c."targetId" = r.id
      UNION
      SELECT c.id FROM actions_known(at) a JOIN "Citation" c ON c."sanctionActionId" = a.id
      WHERE a.subject IN (r.id, r."sanctionId")
      ORDER BY id),
    ARRAY(
      SELECT DISTINCT file FROM sightings_known(at) g CROSS JOIN LATERAL (
        (SELECT i.files FROM "ImportRun" i WHERE i.seen @> ARRAY[g.list] AND i."asOf" = g."firstSeenOn"
         AND (at IS NULL OR i.versions = 0 OR (SELECT k."committedAt" <= at FROM "KnownTransaction" k WHERE k.versions = i.versions))
         ORDER BY i."createdAt" LIMIT 1)
        UNION ALL
        (SELECT i.files FROM "ImportRun" i WHERE i.seen @> ARRAY[g.list] AND i."asOf" = g."seenOn"
         AND (at IS NULL OR i.versions = 0 OR (SELECT k."committedAt" <= at FROM "KnownTransaction" k WHERE k.versions = i.versions))
         ORDER BY i."createdAt" DESC LIMIT 1)
      ) i CROSS JOIN LATERAL unnest(i.files) file
      WHERE g."targetId" = r.id
      ORDER BY file),
    EXISTS (SELECT FROM actors_known(at) a WHERE a.id = r."actorId" AND a."isRetracted")
  FROM (
    SELECT t."targetId" AS id, t."actorId", s."authorityId", t."sanctionId", s.measures,
      CASE WHEN t."listingId" IS NULL THEN s.scope ELSE 'PARTY' END AS scope, t.status
    FROM target_statuses(day, at) t JOIN sanctions_known(at) s ON s.id = t."sanctionId" WHERE NOT s."isRetracted"
    UNION ALL
    SELECT s.id, NULL, s."authorityId", s.id, s.measures, s.scope,
      (SELECT v.status FROM sanction_statuses(day, at) v WHERE v."sanctionId" = s.id)
    FROM sanctions_known(at) s
    WHERE NOT s."isRetracted" AND NOT EXISTS (SELECT FROM targets_known(at) t WHERE t."sanctionId" = s.id)
  ) r
$$;
