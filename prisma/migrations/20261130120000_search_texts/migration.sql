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

-- All queries as one that requires each, and as one that requires any.
CREATE AGGREGATE tsquery_all (TSQUERY) (SFUNC = tsquery_and, STYPE = TSQUERY);
CREATE AGGREGATE tsquery_any (TSQUERY) (SFUNC = tsquery_or, STYPE = TSQUERY);
CREATE FUNCTION all_of(queries TSQUERY[]) RETURNS TSQUERY LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT tsquery_all(q) FROM unnest(queries) q);
CREATE FUNCTION any_of(queries TSQUERY[]) RETURNS TSQUERY LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT tsquery_any(q) FROM unnest(queries) q);

-- The words that a search asks for in texts, at most 10 without those such as "the": each as a query for its forms and for words of the
-- domain that mean the same; and as a query that also finds longer words if it is the last, and misspelt ones if no title has it; with
-- about the number of titles that it finds.
CREATE FUNCTION asked_texts(asked TEXT) RETURNS TABLE (place INTEGER, exact TSQUERY, near TSQUERY, titles BIGINT)
LANGUAGE plpgsql STABLE STRICT ROWS 5 SET enable_seqscan = off SET jit = off SET client_min_messages = warning AS $$
DECLARE
  tokens CONSTANT TEXT[] := (string_to_array(btrim(asked), ' '))[1:10];
  words TEXT[];
  its_word TEXT;
  others TEXT[];
BEGIN
  FOR i IN 1 .. cardinality(tokens) LOOP
    place := i;
    words := name_words(tokens[i]);
    CONTINUE WHEN words = '{}';
    -- Texts have "u.s." and "belta.by" as one word.
    exact := plainto_tsquery('english', tokens[i]);
    IF cardinality(words) > 1 THEN exact := exact || plainto_tsquery('english', array_to_string(words, ' ')); END IF;
    CONTINUE WHEN numnode(exact) = 0;
    its_word := CASE WHEN cardinality(words) = 1 THEN words[1] END;
    others := ARRAY(SELECT DISTINCT d.word FROM "DomainWord" d WHERE d.concept IN (
      SELECT c.concept FROM "DomainWord" c
      WHERE c.word IN (its_word, regexp_replace(its_word, 'e?s$', ''), regexp_replace(its_word, '(ed|ing)$', ''))));
    exact := exact || coalesce(any_of(ARRAY(SELECT plainto_tsquery('english', o) FROM unnest(others) o)), exact);
    near := exact;
    titles := (SELECT sum(w.count) FROM "SearchWord" w WHERE w."isTitle" AND w.word = ANY (words || others));
    IF titles IS NULL AND its_word IS NOT NULL THEN
      others := ARRAY(SELECT a.word FROM alike_words(its_word, false, true) a WHERE a.alike >= 0.68 ORDER BY a.alike DESC, a.word LIMIT 8);
      titles := (SELECT sum(w.count) FROM "SearchWord" w WHERE w."isTitle" AND w.word = ANY (others));
      near := exact || coalesce(any_of(ARRAY(SELECT plainto_tsquery('english', o) FROM unnest(others) o)), exact);
    END IF;
    titles := coalesce(titles, 0);
    IF i = cardinality(tokens) AND its_word IS NOT NULL THEN
      near := near || to_tsquery('simple', its_word || ':*') || to_tsquery('english', its_word || ':*');
      titles := titles + (SELECT coalesce(sum(p.count), 0) FROM (
        SELECT w.count FROM "SearchWord" w
        WHERE w."isTitle" AND w.word > its_word COLLATE "C" AND w.word < its_word COLLATE "C" || '{' LIMIT 1000) p);
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

-- The latest events of each origin with an actor.
CREATE FUNCTION events_with(actor UUID, origins "EventOrigin"[], most INTEGER) RETURNS TABLE ("eventId" UUID) LANGUAGE sql STABLE ROWS 50 AS $$
  SELECT l."eventId" FROM unnest(origins) o (origin) CROSS JOIN LATERAL (
    SELECT p."eventId" FROM "EventActor" p JOIN "Event" e ON e.id = p."eventId"
    WHERE p."actorId" = actor AND p."eventOrigin" = o.origin AND e."retractedAt" IS NULL AND e."mergedIntoId" IS NULL
    ORDER BY p."eventDate" DESC, p."eventId" DESC LIMIT most) l
$$;

-- Events of the origins by their texts and by the actors in them: of each origin the 500 latest with all words, and the 200 latest with
-- each actor. "titles" is about the number of titles with the rarest word. If these are many, it is faster to read the latest events
-- until there are enough, at most 5,000, than to sort all that the index finds. If no event has all words, those of 2,000 of each origin
-- that "rare" finds (the rare words, or the rarest), and of the actors, that have at least half of the words in the text or in names of
-- actors. "actor" is the one by which an event was found.
CREATE FUNCTION events_found(origins "EventOrigin"[], exact TSQUERY[], near TSQUERY[], rare TSQUERY, titles BIGINT, actors UUID[], scores DOUBLE PRECISION[])
RETURNS TABLE (id UUID, score DOUBLE PRECISION, actor UUID) LANGUAGE plpgsql STABLE ROWS 100 SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  found UUID[] := '{}';
  all_words CONSTANT TSQUERY := all_of(near);
BEGIN
  IF titles > 5000 AND titles::DOUBLE PRECISION * titles
    > 13000 * (SELECT greatest(c.reltuples, 0) FROM pg_class c WHERE c.oid = '"Event"'::regclass) THEN
    found := ARRAY(SELECT l.id FROM unnest(origins) o (origin) CROSS JOIN LATERAL (
      SELECT e.id FROM (
        SELECT e.* FROM "Event" e WHERE e.origin = o.origin AND e."retractedAt" IS NULL AND e."mergedIntoId" IS NULL
        ORDER BY e."sortDate" DESC, e.id DESC LIMIT 5000
      ) e WHERE to_tsvector('english', e.title || ' ' || coalesce(e.summary, '')) @@ all_words LIMIT 500
    ) l);
  ELSE
    found := ARRAY(SELECT l.id FROM unnest(origins) o (origin) CROSS JOIN LATERAL (
      SELECT e.id FROM "Event" e WHERE to_tsvector('english', e.title || ' ' || coalesce(e.summary, '')) @@ all_words
        AND e.origin = o.origin AND e."retractedAt" IS NULL AND e."mergedIntoId" IS NULL ORDER BY e."sortDate" + 0 DESC, e.id DESC LIMIT 500
    ) l);
  END IF;
  IF found <> '{}' OR scores[1] >= 0.7 OR near IS NULL OR cardinality(near) = 1 THEN
    RETURN QUERY
    SELECT DISTINCT ON (f.id) f.id, f.score, f.actor FROM (
      SELECT e.id, NULL::UUID AS actor,
        text_score(to_tsvector('english', e.title), to_tsvector('english', e.title || ' ' || coalesce(e.summary, '')), exact, near) AS score
      FROM "Event" e WHERE e.id = ANY (found)
      UNION ALL
      SELECT e."eventId", a.id, round((0.9 * a.score)::numeric, 4)::DOUBLE PRECISION FROM unnest(actors, scores) a (id, score)
      CROSS JOIN LATERAL events_with(a.id, origins, 200) e WHERE a.score >= 0.7
    ) f ORDER BY f.id, f.score DESC, f.actor;
    RETURN;
  END IF;
  found := ARRAY(SELECT l.id FROM unnest(origins) o (origin) CROSS JOIN LATERAL (
      SELECT e.id FROM (
        SELECT e.id, e."sortDate" FROM "Event" e WHERE to_tsvector('english', e.title || ' ' || coalesce(e.summary, '')) @@ rare
          AND e.origin = o.origin AND e."retractedAt" IS NULL AND e."mergedIntoId" IS NULL LIMIT 2000
      ) e ORDER BY e."sortDate" DESC, e.id DESC LIMIT 150) l)
    || ARRAY(SELECT e."eventId" FROM unnest(actors) a (id) CROSS JOIN LATERAL events_with(a.id, origins, 30) e);
  RETURN QUERY
  SELECT f.id, f.score, NULL::UUID FROM (
    SELECT e.id, text_score(to_tsvector('english', e.title), to_tsvector('english', e.title || ' ' || coalesce(e.summary, '') || ' ' || coalesce((
      SELECT string_agg(n."searchKey", ' ') FROM "EventActor" p JOIN "ActorName" n ON n."actorId" = p."actorId"
      WHERE p."eventId" = e.id AND n.kind IN ('PRIMARY', 'ALIAS', 'TRANSLITERATION')), '')), exact, near) AS score
    FROM "Event" e WHERE e.id = ANY (found)
  ) f WHERE f.score >= 0.4;
END $$;

-- Sanctions by their texts and by their targets: of those with all words the 500 latest, and the 200 latest of each target.
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
      SELECT t."sanctionId" FROM "SanctionTarget" t JOIN "Sanction" s ON s.id = t."sanctionId"
      WHERE t."actorId" = a.id AND s."retractedAt" IS NULL ORDER BY s."sortDate" DESC, s.id DESC LIMIT 200
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
    (SELECT array_agg(q.exact ORDER BY q.place) AS exact, array_agg(q.near ORDER BY q.place) AS near,
      coalesce(any_of(array_agg(q.near) FILTER (WHERE q.titles <= 2000)), (array_agg(q.near ORDER BY q.titles, q.place))[1]) AS rare, min(q.titles) AS titles FROM asked_texts(asked) q) q,
    (SELECT array_agg(a.id) AS ids, array_agg(a.score) AS scores FROM searched_actors(asked) a) a,
    events_found(enum_range(NULL::"EventOrigin"), q.exact, q.near, q.rare, q.titles, a.ids, a.scores) f
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
CREATE FUNCTION search_records(asked TEXT, kinds TEXT[], most INTEGER)
RETURNS TABLE (id UUID, kind TEXT, score DOUBLE PRECISION, matched TEXT, snippet TEXT)
LANGUAGE plpgsql STABLE ROWS 50 SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  of_kinds CONSTANT TEXT[] := coalesce(kinds, '{EVENT,PERSON,COUNTRY,ORGANIZATION,GROUP,ASSET,SANCTION,SOURCE}');
  exact TSQUERY[];
  near TSQUERY[];
  query TSQUERY;
  rare TSQUERY;
  titles BIGINT;
  names UUID[];
  actors UUID[];
  scores DOUBLE PRECISION[];
BEGIN
  IF asked IS NULL OR of_kinds = '{}' THEN RETURN; END IF;
  -- The best name of each of the best actors.
  IF of_kinds <> '{SOURCE}' THEN
    SELECT array_agg(n.id), array_agg(n."actorId"), array_agg(n.score) INTO names, actors, scores FROM (
      SELECT n.* FROM (SELECT DISTINCT ON (n."actorId") n.id, n."actorId", n.score FROM search_names(asked) n ORDER BY n."actorId", n.score DESC, n.id) n
      JOIN "Actor" a ON a.id = n."actorId" WHERE a."retractedAt" IS NULL AND a."mergedIntoId" IS NULL
      ORDER BY n.score DESC, n."actorId" DESC
    ) n;
  END IF;
  IF of_kinds && '{EVENT,SANCTION,SOURCE}' THEN
    SELECT array_agg(q.exact ORDER BY q.place), array_agg(q.near ORDER BY q.place),
      coalesce(any_of(array_agg(q.near) FILTER (WHERE q.titles <= 2000)), (array_agg(q.near ORDER BY q.titles, q.place))[1]), min(q.titles)
      INTO exact, near, rare, titles FROM asked_texts(asked) q;
    query := any_of(near);
  END IF;
  RETURN QUERY
  WITH actor AS (
    SELECT a.id, a.kind::TEXT, f.score, n.value AS matched, a.description AS text
    FROM unnest(names, actors, scores) f (name, id, score) JOIN "Actor" a ON a.id = f.id JOIN "ActorName" n ON n.id = f.name
    WHERE a.kind::TEXT = ANY (of_kinds)
    ORDER BY f.score DESC, f.id DESC LIMIT most
  ), event AS (
    SELECT e.id, 'EVENT', f.score, coalesce((SELECT n.value FROM "ActorName" n WHERE n.id = names[array_position(actors, f.actor)]), e.title), e.summary
    FROM events_found('{EDITED}', exact, near, rare, titles, actors[1:10], scores[1:10]) f JOIN "Event" e ON e.id = f.id
    WHERE 'EVENT' = ANY (of_kinds) ORDER BY f.score DESC, f.id DESC LIMIT most
  ), sanction AS (
    SELECT s.id, 'SANCTION', f.score, coalesce((SELECT n.value FROM "ActorName" n WHERE n.id = names[array_position(actors, f.actor)]), s.title), s.reason
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

DROP FUNCTION title_score(TEXT, TEXT, BOOLEAN);
