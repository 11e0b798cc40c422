-- Search of events, sanctions and sources by the words of their texts, and by the names of those in them; and of all kinds at once.

-- ---------------------------------------------------------------- words of the domain

-- Words that mean the same thing in the news of sanctions: a search for one finds texts with another. Written for Dateline; the goods
-- are named as in the Combined Nomenclature of the EU, such as 3104 for fertilizers of potassium.
CREATE TABLE "DomainWord" (
  "concept" TEXT NOT NULL,
  "word" TEXT NOT NULL,
  CONSTRAINT "DomainWord_pkey" PRIMARY KEY ("concept", "word")
);
CREATE INDEX "DomainWord_word_idx" ON "DomainWord" ("word");
INSERT INTO "DomainWord" (concept, word)
SELECT concept, word FROM (VALUES
  ('potash', '{potash,potassium,potassic,kali,kalium,kaliy,kaliynyy,kaliynye,kalij,kalijny,potasse,potasio,potas,kalisalz}'),
  ('fertilizer', '{fertilizer,fertiliser,udobrenie,udobreniya,udabrenni,nawozy,dunger,dungemittel,engrais}'),
  ('oil', '{oil,petroleum,crude,neft,nafta,ropa,erdol,petrole,petroleo}'),
  ('gas', '{gas,gaz,erdgas,lng}'),
  ('sanction', '{sanction,embargo,restriction,sanktsiya,sanktsii,sanktsyi,sankcje,sanktion,sanktionen,sanciones}'),
  ('prisoner', '{prisoner,detainee,inmate,hostage,politzaklyuchennyy,politzaklyuchennye,zaklyuchennyy,zaklyuchennye,palitviazni,palitvyazni,wiezniowie,haftling,gefangene,prisonnier,preso}'),
  ('release', '{release,free,liberate,pardon,osvobozhdenie,osvobodili,vyzvalenne,vyzvalenni,zwolnienie,freilassung,liberation,liberacion}'),
  ('arrest', '{arrest,detain,detention,jail,imprison,arest,zaderzhanie,zatrymanne,festnahme,arrestation}'),
  ('election', '{election,vote,poll,ballot,vybory,vybary,wybory,wahl,wahlen,elections,elecciones}'),
  ('protest', '{protest,demonstration,rally,miting,pratest,kundgebung,manifestation}'),
  ('airline', '{airline,aviation,carrier,aircraft,aviakompaniya,aviyakampaniya,fluggesellschaft,compagnie}'),
  ('ship', '{ship,vessel,tanker,sudno,korabl,tanker,schiff,navire,statek}'),
  ('bank', '{bank,banking,banka,banque,banco}'),
  ('weapon', '{weapon,arms,munition,oruzhie,zbroya,bron,waffe,waffen,armes}'),
  ('talks', '{talks,negotiation,meeting,summit,peregovory,peramovy,rozmowy,verhandlung,verhandlungen,negociation}'),
  ('lift', '{lift,remove,revoke,terminate,snyatie,otmena,zniasenne,zniesienie,aufhebung,levee}'),
  ('president', '{president,prezident,prezidenta,prezydent,prasident}'),
  ('ambassador', '{ambassador,envoy,posol,pasol,ambasador,botschafter,ambassadeur}'),
  ('embassy', '{embassy,posolstvo,pasolstva,ambasada,botschaft,ambassade}'),
  ('border', '{border,granitsa,myazha,granica,grenze,frontiere}'),
  ('migrant', '{migrant,migration,refugee,bezhenets,migranty,fluchtling}'),
  ('war', '{war,invasion,voyna,vayna,wojna,krieg,guerre}'),
  ('steel', '{steel,iron,stal,stahl,acier}'),
  ('timber', '{timber,wood,les,drevesina,drewno,holz,bois}')
) c (concept, words), unnest(c.words::TEXT[]) word GROUP BY concept, word;

-- ---------------------------------------------------------------- words of texts

-- The words that a search asks for in texts, at most 10 without those such as "the": each as a query for its forms and for words of the
-- domain that mean the same; and as a query that also finds longer words if it is the last, and misspelt ones if no title has it; with
-- about the number of titles that it finds.
CREATE FUNCTION asked_texts(asked TEXT) RETURNS TABLE (place INTEGER, exact TSQUERY, near TSQUERY, titles BIGINT)
LANGUAGE plpgsql STABLE STRICT ROWS 5 SET enable_seqscan = off SET jit = off SET client_min_messages = warning AS $$
DECLARE
  words CONSTANT TEXT[] := (name_words(asked))[1:10];
  other TEXT;
  its_count INTEGER;
BEGIN
  FOR i IN 1 .. cardinality(words) LOOP
    place := i;
    exact := plainto_tsquery('english', words[i]);
    CONTINUE WHEN numnode(exact) = 0;
    FOR other IN
      SELECT DISTINCT d.word FROM "DomainWord" d WHERE d.concept IN (
        SELECT c.concept FROM "DomainWord" c WHERE c.word IN (words[i], regexp_replace(words[i], 'e?s$', ''), regexp_replace(words[i], '(ed|ing)$', ''))
      )
    LOOP
      exact := exact || plainto_tsquery('english', other);
    END LOOP;
    near := exact;
    titles := (SELECT max(w.count) FROM "SearchWord" w WHERE w."isTitle" AND w.word = words[i] COLLATE "C");
    IF titles IS NULL THEN
      titles := 0;
      FOR other, its_count IN SELECT a.word, a.names FROM alike_words(words[i], false, true) a WHERE a.alike >= 0.68 ORDER BY a.alike DESC LIMIT 8 LOOP
        near := near || plainto_tsquery('english', other);
        titles := titles + its_count;
      END LOOP;
    END IF;
    IF i = cardinality(words) THEN
      near := near || to_tsquery('simple', words[i] || ':*') || to_tsquery('english', words[i] || ':*');
      titles := titles + (SELECT coalesce(sum(p.count), 0) FROM (
        SELECT w.count FROM "SearchWord" w
        WHERE w."isTitle" AND w.word > words[i] COLLATE "C" AND w.word < words[i] COLLATE "C" || '{' LIMIT 1000) p);
    END IF;
    RETURN NEXT;
  END LOOP;
END $$;

-- How much of what is asked a text has, from 0 to 1: the share of the words, those that are only in the whole text counting 0.7, and
-- how much of the title is asked for.
CREATE FUNCTION text_score(title TSVECTOR, whole TSVECTOR, exact TSQUERY[], near TSQUERY[]) RETURNS DOUBLE PRECISION
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT round((0.88 * avg(CASE WHEN title @@ e THEN 1 WHEN title @@ n THEN 0.85 WHEN whole @@ e THEN 0.7 WHEN whole @@ n THEN 0.6 ELSE 0 END)
    + 0.1 * least(1, count(*) FILTER (WHERE title @@ n)::numeric / greatest(1, length(title))))::numeric, 4)::DOUBLE PRECISION
  FROM unnest(exact, near) q (e, n)
$$;

-- Actors that a text may be about: those that fit best.
CREATE FUNCTION searched_actors(asked TEXT) RETURNS TABLE (id UUID, score DOUBLE PRECISION) LANGUAGE sql STABLE STRICT ROWS 10 AS $$
  SELECT s.id, s.score FROM search_actors(asked) s JOIN "Actor" a ON a.id = s.id
  WHERE s.score > 0.4 AND a."retractedAt" IS NULL AND a."mergedIntoId" IS NULL ORDER BY s.score DESC, s.id LIMIT 10
$$;

-- All queries as one that requires each, and as one that requires any.
CREATE FUNCTION all_of(queries TSQUERY[]) RETURNS TSQUERY LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT string_agg('(' || q::TEXT || ')', ' & ')::TSQUERY FROM unnest(queries) q);
CREATE FUNCTION any_of(queries TSQUERY[]) RETURNS TSQUERY LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT string_agg('(' || q::TEXT || ')', ' | ')::TSQUERY FROM unnest(queries) q);

-- The latest events with an actor: so many edited ones, and as many others.
CREATE FUNCTION events_with(actor UUID, most INTEGER) RETURNS TABLE ("eventId" UUID) LANGUAGE sql STABLE ROWS 50 AS $$
  SELECT l."eventId" FROM unnest(enum_range(NULL::"EventOrigin")) o (origin) CROSS JOIN LATERAL (
    SELECT p."eventId" FROM "EventActor" p JOIN "Event" e ON e.id = p."eventId"
    WHERE p."actorId" = actor AND p."eventOrigin" = o.origin AND e."retractedAt" IS NULL AND e."mergedIntoId" IS NULL
    ORDER BY p."eventDate" DESC, p."eventId" DESC LIMIT most) l
$$;

-- Events by their texts and by the actors in them: of those with all words the 500 latest, and of those with each actor the 200 latest,
-- edited ones first. "titles" is about the number of titles with the rarest word: if these are many, it is faster to read the latest
-- events until there are enough, which an order by the plain column does, than to sort all. If none has all words, those that have at least half of them in the text or in the names of the actors. "actor" is the one by which
-- an event was found.
CREATE FUNCTION events_found(exact TSQUERY[], near TSQUERY[], titles BIGINT, actors UUID[], scores DOUBLE PRECISION[])
RETURNS TABLE (id UUID, score DOUBLE PRECISION, actor UUID) LANGUAGE plpgsql STABLE ROWS 100 SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  found UUID[];
  all_words CONSTANT TSQUERY := all_of(near);
BEGIN
  IF titles::DOUBLE PRECISION * titles > 13000 * (SELECT c.reltuples FROM pg_class c WHERE c.oid = '"Event"'::regclass) THEN
    found := ARRAY(SELECT l.id FROM unnest(enum_range(NULL::"EventOrigin")) o (origin) CROSS JOIN LATERAL (
      SELECT e.id FROM "Event" e WHERE to_tsvector('english', e.title || ' ' || coalesce(e.summary, '')) @@ all_words
        AND e.origin = o.origin AND e."retractedAt" IS NULL AND e."mergedIntoId" IS NULL ORDER BY e."sortDate" DESC, e.id DESC LIMIT 300
    ) l);
  ELSE
    found := ARRAY(SELECT e.id FROM "Event" e WHERE to_tsvector('english', e.title || ' ' || coalesce(e.summary, '')) @@ all_words
      AND e."retractedAt" IS NULL AND e."mergedIntoId" IS NULL ORDER BY e.origin = 'EDITED' DESC, e."sortDate" + 0 DESC, e.id LIMIT 500);
  END IF;
  IF found <> '{}' OR scores[1] >= 0.7 OR near IS NULL OR cardinality(near) = 1 THEN
    RETURN QUERY
    SELECT DISTINCT ON (f.id) f.id, f.score, f.actor FROM (
      SELECT e.id, NULL::UUID AS actor,
        text_score(to_tsvector('english', e.title), to_tsvector('english', e.title || ' ' || coalesce(e.summary, '')), exact, near) AS score
      FROM "Event" e WHERE e.id = ANY (found)
      UNION ALL
      SELECT e."eventId", a.id, round((0.9 * a.score)::numeric, 4)::DOUBLE PRECISION FROM unnest(actors, scores) a (id, score) CROSS JOIN LATERAL (
        SELECT * FROM events_with(a.id, 200)
      ) e WHERE a.score >= 0.7
    ) f ORDER BY f.id, f.score DESC, f.actor;
    RETURN;
  END IF;
  found := ARRAY(SELECT e.id FROM "Event" e WHERE to_tsvector('english', e.title || ' ' || coalesce(e.summary, '')) @@ any_of(near)
    AND e."retractedAt" IS NULL AND e."mergedIntoId" IS NULL ORDER BY e.origin = 'EDITED' DESC, e."sortDate" + 0 DESC, e.id LIMIT 200)
    || ARRAY(SELECT e."eventId" FROM unnest(actors) a (id) CROSS JOIN LATERAL events_with(a.id, 30) e);
  RETURN QUERY
  SELECT f.id, f.score, NULL::UUID FROM (
    SELECT e.id, text_score(to_tsvector('english', e.title), to_tsvector('english', e.title || ' ' || coalesce(e.summary, '') || ' ' || coalesce((
      SELECT string_agg(n."searchKey", ' ') FROM "EventActor" p JOIN "ActorName" n ON n."actorId" = p."actorId"
      WHERE p."eventId" = e.id AND n.kind IN ('PRIMARY', 'ALIAS', 'TRANSLITERATION')), '')), exact, near) AS score
    FROM "Event" e WHERE e.id = ANY (found)
  ) f WHERE f.score >= 0.4;
END $$;

-- Sanctions by their texts and by their targets: of those with all words the 500 latest, and 200 of each target.
CREATE FUNCTION sanctions_found(exact TSQUERY[], near TSQUERY[], actors UUID[], scores DOUBLE PRECISION[])
RETURNS TABLE (id UUID, score DOUBLE PRECISION, actor UUID) LANGUAGE plpgsql STABLE ROWS 100 SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  found UUID[] := ARRAY(SELECT s.id FROM "Sanction" s WHERE to_tsvector('english', s.title || ' ' || coalesce(s.program, '') || ' '
    || coalesce(s.sector, '') || ' ' || coalesce(s.reason, '')) @@ all_of(near) AND s."retractedAt" IS NULL
    ORDER BY s."sortDate" + 0 DESC, s.id LIMIT 500);
BEGIN
  RETURN QUERY
  SELECT DISTINCT ON (f.id) f.id, f.score, f.actor FROM (
    SELECT s.id, NULL::UUID AS actor, text_score(to_tsvector('english', s.title), to_tsvector('english', s.title || ' '
      || coalesce(s.program, '') || ' ' || coalesce(s.sector, '') || ' ' || coalesce(s.reason, '')), exact, near) AS score
    FROM "Sanction" s WHERE s.id = ANY (found)
    UNION ALL
    SELECT t."sanctionId", a.id, round((0.9 * a.score)::numeric, 4)::DOUBLE PRECISION FROM unnest(actors, scores) a (id, score)
    CROSS JOIN LATERAL (
      SELECT t."sanctionId" FROM "SanctionTarget" t WHERE t."actorId" = a.id ORDER BY t."sanctionId" LIMIT 200
    ) t WHERE a.score >= 0.6
  ) f ORDER BY f.id, f.score DESC, f.actor;
END $$;

-- Sources by their titles and publishers: the 500 latest with all words.
CREATE FUNCTION sources_found(exact TSQUERY[], near TSQUERY[]) RETURNS TABLE (id UUID, score DOUBLE PRECISION)
LANGUAGE sql STABLE ROWS 50 SET enable_seqscan = off SET jit = off AS $$
  SELECT s.id, text_score(to_tsvector('english', coalesce(s.title, '')), s.words, exact, near) FROM (
    SELECT s.id, s.title, to_tsvector('english', coalesce(s.title, '') || ' ' || coalesce(s.publisher, '')) AS words FROM "Source" s
    WHERE to_tsvector('english', coalesce(s.title, '') || ' ' || coalesce(s.publisher, '')) @@ all_of(near)
      AND s."retractedAt" IS NULL ORDER BY s."sortDate" + 0 DESC, s.id LIMIT 500
  ) s
$$;

DROP FUNCTION search_events(TEXT);
CREATE FUNCTION search_events(asked TEXT) RETURNS TABLE (id UUID, score DOUBLE PRECISION) LANGUAGE sql STABLE STRICT ROWS 100 AS $$
  SELECT f.id, f.score FROM
    (SELECT array_agg(q.exact ORDER BY q.place) AS exact, array_agg(q.near ORDER BY q.place) AS near, min(q.titles) AS titles
      FROM asked_texts(asked) q) q,
    (SELECT array_agg(a.id) AS ids, array_agg(a.score) AS scores FROM searched_actors(asked) a) a,
    events_found(q.exact, q.near, q.titles, a.ids, a.scores) f
$$;
DROP FUNCTION search_sanctions(TEXT);
CREATE FUNCTION search_sanctions(asked TEXT) RETURNS TABLE (id UUID, score DOUBLE PRECISION) LANGUAGE sql STABLE STRICT ROWS 100 AS $$
  SELECT f.id, f.score FROM
    (SELECT array_agg(q.exact ORDER BY q.place) AS exact, array_agg(q.near ORDER BY q.place) AS near FROM asked_texts(asked) q) q,
    (SELECT array_agg(a.id) AS ids, array_agg(a.score) AS scores FROM searched_actors(asked) a) a,
    sanctions_found(q.exact, q.near, a.ids, a.scores) f
$$;

-- ---------------------------------------------------------------- all kinds at once

-- The part of a text in which the words are: the whole text if it is short.
CREATE FUNCTION search_snippet(text TEXT, query TSQUERY) RETURNS TEXT LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN length(text) <= 160 OR query IS NULL THEN left(text, 160)
    ELSE ts_headline('english', left(text, 2000), query, 'StartSel="", StopSel="", MaxWords=25, MinWords=12') END
$$;

-- Records of all or some kinds, the best first, at most `most`: with the name or title that fits, and an excerpt of the text.
DROP FUNCTION search_records(TEXT, TEXT[], INTEGER);
CREATE FUNCTION search_records(asked TEXT, kinds TEXT[], most INTEGER)
RETURNS TABLE (id UUID, kind TEXT, score DOUBLE PRECISION, matched TEXT, snippet TEXT)
LANGUAGE plpgsql STABLE ROWS 50 SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  of_kinds CONSTANT TEXT[] := coalesce(kinds, '{EVENT,PERSON,COUNTRY,ORGANIZATION,GROUP,ASSET,SANCTION,SOURCE}');
  exact TSQUERY[];
  near TSQUERY[];
  query TSQUERY;
  titles BIGINT;
  names UUID[];
  actors UUID[];
  scores DOUBLE PRECISION[];
BEGIN
  -- The best name of each of the best actors.
  SELECT array_agg(n.id), array_agg(n."actorId"), array_agg(n.score) INTO names, actors, scores FROM (
    SELECT n.* FROM (SELECT DISTINCT ON (n."actorId") n.id, n."actorId", n.score FROM search_names(asked) n ORDER BY n."actorId", n.score DESC, n.id) n
    JOIN "Actor" a ON a.id = n."actorId" WHERE a."retractedAt" IS NULL AND a."mergedIntoId" IS NULL
    ORDER BY n.score DESC, n."actorId" DESC
  ) n;
  IF of_kinds && '{EVENT,SANCTION,SOURCE}' THEN
    SELECT array_agg(q.exact ORDER BY q.place), array_agg(q.near ORDER BY q.place), min(q.titles) INTO exact, near, titles FROM asked_texts(asked) q;
    query := any_of(near);
  END IF;
  RETURN QUERY
  WITH actor AS (
    SELECT a.id, a.kind::TEXT, f.score, n.value AS matched, a.description AS text
    FROM unnest(names, actors, scores) f (name, id, score) JOIN "Actor" a ON a.id = f.id JOIN "ActorName" n ON n.id = f.name
    WHERE a.kind::TEXT = ANY (of_kinds)
    ORDER BY f.score DESC, f.id DESC LIMIT most
  ), event AS (
    SELECT e.id, 'EVENT', f.score, coalesce((SELECT a.name FROM "Actor" a WHERE a.id = f.actor), e.title), e.summary
    FROM events_found(exact, near, titles, actors[1:10], scores[1:10]) f JOIN "Event" e ON e.id = f.id
    WHERE 'EVENT' = ANY (of_kinds) AND e.origin = 'EDITED' ORDER BY f.score DESC, f.id DESC LIMIT most
  ), sanction AS (
    SELECT s.id, 'SANCTION', f.score, coalesce((SELECT a.name FROM "Actor" a WHERE a.id = f.actor), s.title), s.reason
    FROM sanctions_found(exact, near, actors[1:10], scores[1:10]) f JOIN "Sanction" s ON s.id = f.id
    WHERE 'SANCTION' = ANY (of_kinds) AND s."retractedAt" IS NULL ORDER BY f.score DESC, f.id DESC LIMIT most
  ), source AS (
    SELECT s.id, 'SOURCE', f.score, coalesce(s.title, s.publisher, s.url, ''), s.publisher
    FROM sources_found(exact, near) f JOIN "Source" s ON s.id = f.id
    WHERE 'SOURCE' = ANY (of_kinds) ORDER BY f.score DESC, f.id DESC LIMIT most
  ), best AS (
    SELECT * FROM (SELECT * FROM actor UNION ALL SELECT * FROM event UNION ALL SELECT * FROM sanction UNION ALL SELECT * FROM source) r
    ORDER BY r.score DESC, r.id DESC LIMIT most
  )
  SELECT b.id, b.kind, b.score, b.matched, search_snippet(b.text, query) FROM best b ORDER BY b.score DESC, b.id DESC;
END $$;
