-- Search of actors by the words of their names: spelt alike, romanized in another way, misspelt or abbreviated, in any order.

-- ---------------------------------------------------------------- words

-- The first 16 words of a search key, in lower-case ASCII: "o'brien, a.g." has the words obrien, a and g.
CREATE FUNCTION name_words(key TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (string_to_array(btrim(regexp_replace(translate(key, '''`', ''), '[^a-z0-9]+', ' ', 'g')), ' '))[1:16];

-- Legal forms of organizations, and their parts.
CREATE FUNCTION is_legal_form(word TEXT) RETURNS BOOLEAN LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN word = ANY ('{oao,ooo,zao,pao,ao,odo,chup,tov,pat,jsc,ojsc,cjsc,pjsc,llc,llp,ltd,limited,co,company,inc,gmbh,sa,sal,sarl,srl,spa,sia,uab,plc,corp,corporation,joint,stock,open,ag,kg,bv,nv,oy,ab,as,pte,pty,fze,fzco,fzc,est}'::TEXT[]);

-- Words that say little of a name: legal forms, titles, articles and particles.
CREATE FUNCTION is_weak_word(word TEXT) RETURNS BOOLEAN LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN is_legal_form(word) OR word = ANY ('{group,holding,the,of,and,for,de,la,el,al,dr,mr,mrs,ms,prof,sir,president,prezident,prasident,minister,ministr,general,gen,colonel,col,major,maj,captain,king,prince,sheikh,haji,hajji,ayatollah,mullah}'::TEXT[]);

-- Whether names with this value are found by words that are like theirs: those in Latin, Greek and Cyrillic letters. Others, such as those
-- in Chinese or Arabic, are found as they are written: folded to Latin letters, their short words are like too many others.
CREATE FUNCTION has_alike_words(value TEXT) RETURNS BOOLEAN LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN value ~ '[A-Za-z\u00C0-\u024F\u0370-\u04FF\u1E00-\u1EFF]';

-- The key of a word that its romanizations have in common: S for all hissing sounds, C for ts and ch, H for g, kh and h, one vowel
-- for a, e and o, one ending for -ov, -ow, -off, -au and -eff, and no Arabic article. The last arguments are the readings of ch, z, j, c and q, which
-- differ between languages: "ch" is C in "Statkevich", H in "Michail" and S in "Chouchkevitch".
CREATE FUNCTION romanization_key(word TEXT, ch TEXT DEFAULT 'C', z TEXT DEFAULT 'S', j TEXT DEFAULT 'i', c TEXT DEFAULT 'k', q TEXT DEFAULT 'H')
RETURNS TEXT LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  k TEXT := left(word, 24);
BEGIN
  k := regexp_replace(k, '^al(?=[bcdfghjkmnpqrstvwxz]\w{3})', '');
  k := regexp_replace(k, 'ine$', 'in');
  k := regexp_replace(k, '[aeo]u(?=[sc]k)', 'av');
  IF k ~ '[csz]' THEN
    k := regexp_replace(k, 'ts(?=[iy])', 't', 'g');
    k := regexp_replace(k, 'schtsch|shch|szcz|chtch|stsch', 'S', 'g');
    k := regexp_replace(k, 'tsch|tch|cz', 'C', 'g');
    k := regexp_replace(k, 'sch|sh|sz|zh|rz(?=[^aeiouy])', 'S', 'g');
    k := replace(replace(k, 'ch', ch), 'ck', CASE c WHEN 'k' THEN 'k' ELSE 'ck' END);
    k := regexp_replace(k, 't[sz]', 'C', 'g');
    k := regexp_replace(k, 'dz(?!h)', 'd', 'g');
    k := CASE c WHEN 'k' THEN regexp_replace(k, 'c(?=[eiy])', 'S', 'g') ELSE regexp_replace(k, 'c(?=[iy])', 't', 'g') END;
  END IF;
  k := replace(replace(replace(replace(replace(replace(replace(k, 'kh', 'H'), 'dh', 'd'), 'gh', 'H'), 'ph', 'f'), 'th', 't'), 'dj', 'S'), 'x', 'kS');
  k := translate(k, 'qczjswgh', q || c || z || j || 'SvHH');
  k := regexp_replace(k, 'ou|oo|uu', 'u', 'g');
  k := regexp_replace(k, '[iy]+(?=[aeou])', '', 'g');
  k := regexp_replace(translate(k, 'y', 'i'), 'ee|ea', 'i', 'g');
  k := regexp_replace(translate(k, 'eo', 'aa'), '(.)\1+', '\1', 'g');
  k := regexp_replace(k, '^ul', 'vl');
  k := regexp_replace(k, 'a[vuf](a?)$', 'av\1');
  k := regexp_replace(k, 'u$', 'av');
  k := regexp_replace(k, 'ai$', 'i');
  RETURN left(regexp_replace(k, 'iSC$', 'iC'), 16);
END $$;

-- The keys of a word in all readings, also of the Greek "oy" and the Arabic "w" that stand for u.
CREATE FUNCTION romanization_keys(word TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
  SELECT array_agg(DISTINCT romanization_key(w, ch, z, j, c, q))
  FROM unnest(ARRAY[word, replace(word, 'oy', 'ou'), regexp_replace(word, '(?<=[^aeiouy])w(?=[^aeiou])', 'u', 'g')]) w,
    unnest(CASE WHEN strpos(word, 'ch') > 0 THEN '{C,H,S}' ELSE '{C}' END::TEXT[]) ch,
    unnest(CASE WHEN strpos(word, 'z') > 0 THEN '{S,C}' ELSE '{S}' END::TEXT[]) z,
    unnest(CASE WHEN strpos(word, 'j') > 0 THEN '{i,S}' ELSE '{i}' END::TEXT[]) j,
    unnest(CASE WHEN strpos(word, 'c') > 0 THEN '{k,C}' ELSE '{k}' END::TEXT[]) c,
    unnest(CASE WHEN strpos(word, 'q') > 0 THEN '{H,k}' ELSE '{H}' END::TEXT[]) q
);

-- The consonants of a key, for scripts that are written without vowels: b and p, and v and f, count as one.
CREATE FUNCTION consonants(key TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(left(key, 1), 'fb', 'vp') || regexp_replace(translate(substr(key, 2), 'fbaiuvH', 'vp'), '(.)\1+', '\1', 'g');

-- What a word is found by, in an index: its key, and the key without any letter or, from six letters on, any two; a word of up to
-- 12 letters without any letter, after "-"; its consonants, after "=". Two words that differ in few letters have one of them in common. Each begins with
-- the mark, which keeps the words of titles apart from those of names.
CREATE FUNCTION near_keys(word TEXT, key TEXT, mark TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
  SELECT array_agg(DISTINCT mark || near) FROM (
    SELECT key
    UNION ALL SELECT left(key, i - 1) || substr(key, i + 1) FROM generate_series(1, length(key)) i WHERE length(key) > 2
    UNION ALL SELECT left(key, i - 1) || substr(key, i + 1, j - i - 1) || substr(key, j + 1)
      FROM generate_series(1, least(length(key), 12) - 1) i, generate_series(i + 1, least(length(key), 12)) j WHERE length(key) > 5
    UNION ALL SELECT '-' || word
    UNION ALL SELECT '-' || left(word, i - 1) || substr(word, i + 1) FROM generate_series(1, length(word)) i WHERE length(word) BETWEEN 2 AND 12
    UNION ALL SELECT '=' || consonants(key) WHERE length(consonants(key)) > 2
  ) n (near)
);

-- The number of edits between two words, up to one more than "most". A swap of neighbours is one edit.
CREATE FUNCTION edits_between(a TEXT, b TEXT, most INTEGER) RETURNS INTEGER LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  edits INTEGER := levenshtein_less_equal(a, b, greatest(most, 2));
  i INTEGER := 1;
BEGIN
  IF edits <> 2 OR length(a) <> length(b) THEN RETURN edits; END IF;
  WHILE substr(a, i, 1) = substr(b, i, 1) LOOP i := i + 1; END LOOP;
  RETURN CASE WHEN substr(a, i, 2) = reverse(substr(b, i, 2)) AND substr(a, i + 2) = substr(b, i + 2) THEN 1 ELSE 2 END;
END $$;

-- How much a word says that so many names have: from 1 for the rarest down to 0.1.
CREATE FUNCTION word_weight(names BIGINT) RETURNS DOUBLE PRECISION LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN greatest(0.1, ln(1 + 100000.0 / greatest(names, 1)) / ln(100001.0));

-- ---------------------------------------------------------------- the words of all names and titles

-- Each word of a name and, separately, of a title of an event, a sanction or a source. It may be there twice until the words are counted:
-- a unique index would make the writers of new words wait for one another. "count" is that of when the words were last counted or, of
-- a new word, that of the statement that added it.
CREATE TABLE "SearchWord" (
  "id" SERIAL NOT NULL,
  "isTitle" BOOLEAN NOT NULL,
  "word" TEXT COLLATE "C" NOT NULL,
  "key" TEXT COLLATE "C" NOT NULL,
  "count" INTEGER NOT NULL,
  "inEvents" BOOLEAN NOT NULL DEFAULT false,
  CONSTRAINT "SearchWord_pkey" PRIMARY KEY ("id")
) WITH (fillfactor = 80);
CREATE INDEX "Source_words_idx" ON "Source" USING GIN (to_tsvector('english', coalesce("title", '') || ' ' || coalesce("publisher", '')));
CREATE INDEX "SearchWord_isTitle_word_idx" ON "SearchWord" ("isTitle", "word");
CREATE INDEX "ActorName_words_idx" ON "ActorName" USING GIN (name_words("searchKey")) WITH (fastupdate = off);

-- The words of a title, without numbers.
CREATE FUNCTION title_words(title TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ARRAY(SELECT w FROM unnest(name_words(lower(title))) w WHERE w !~ '^[0-9]+$');

-- Adds the words that names or titles have now and that are not there. Deletes those that no name has any more, such as those of a person
-- that was erased, and the rare ones that no text has. It leaves rows that another transaction has locked, and common words, to the next
-- count, and so no writer waits. A name with such a word that another transaction adds at the same time is found only by all of its
-- words as they are written until then.
CREATE FUNCTION keep_name_words() RETURNS TRIGGER LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
BEGIN
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO "SearchWord" ("isTitle", word, key, count) SELECT false, n.word, romanization_key(n.word), n.count
    FROM (SELECT word COLLATE "C" AS word, count(*) AS count FROM new_rows, unnest(name_words("searchKey")) word
      WHERE has_alike_words(value) AND length(word) <= 64 GROUP BY word) n
    WHERE NOT EXISTS (SELECT FROM "SearchWord" w WHERE NOT w."isTitle" AND w.word = n.word);
  END IF;
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM "SearchWord" WHERE id IN (
      SELECT w.id FROM (SELECT DISTINCT unnest(name_words("searchKey")) AS word FROM old_rows) o
      JOIN "SearchWord" w ON NOT w."isTitle" AND w.word = o.word COLLATE "C"
      WHERE NOT EXISTS (SELECT FROM "ActorName" n WHERE name_words(n."searchKey") @> ARRAY[o.word]) FOR UPDATE OF w SKIP LOCKED
    );
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION keep_title_words() RETURNS TRIGGER LANGUAGE plpgsql
SET enable_seqscan = off SET jit = off SET client_min_messages = warning AS $$
DECLARE
  gone TEXT[];
BEGIN
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO "SearchWord" ("isTitle", word, key, count) SELECT true, n.word, romanization_key(n.word), n.count
    FROM (SELECT word COLLATE "C" AS word, count(*) AS count FROM new_rows, unnest(title_words(title)) word WHERE length(word) <= 64 GROUP BY word) n
    WHERE NOT EXISTS (SELECT FROM "SearchWord" w WHERE w."isTitle" AND w.word = n.word);
  END IF;
  IF TG_OP <> 'INSERT' THEN
    gone := ARRAY(SELECT DISTINCT unnest(title_words(title)) FROM old_rows);
    IF TG_OP = 'UPDATE' THEN gone := ARRAY(SELECT unnest(gone) EXCEPT SELECT unnest(title_words(title)) FROM new_rows); END IF;
    DELETE FROM "SearchWord" WHERE id IN (
      SELECT w.id FROM (SELECT o AS word, plainto_tsquery('english', o) AS query FROM unnest(gone) o) g
      JOIN "SearchWord" w ON w."isTitle" AND w.word = g.word COLLATE "C"
      WHERE w.count <= 100 AND numnode(g.query) > 0
        AND NOT EXISTS (SELECT FROM "Event" e WHERE to_tsvector('english', e.title || ' ' || coalesce(e.summary, '')) @@ g.query)
        AND NOT EXISTS (SELECT FROM "Sanction" s WHERE to_tsvector('english', s.title || ' ' || coalesce(s.program, '') || ' '
          || coalesce(s.sector, '') || ' ' || coalesce(s.reason, '')) @@ g.query)
        AND NOT EXISTS (SELECT FROM "Source" s
          WHERE to_tsvector('english', coalesce(s.title, '') || ' ' || coalesce(s.publisher, '')) @@ g.query)
      FOR UPDATE OF w SKIP LOCKED
    );
  END IF;
  RETURN NULL;
END $$;

DO $$
DECLARE
  its_table TEXT;
  keep TEXT;
BEGIN
  FOREACH its_table IN ARRAY '{ActorName,Event,Sanction,Source}'::TEXT[] LOOP
    keep := CASE its_table WHEN 'ActorName' THEN 'keep_name_words' ELSE 'keep_title_words' END;
    EXECUTE format('CREATE TRIGGER words_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows
      FOR EACH STATEMENT EXECUTE FUNCTION %I()', its_table, keep);
    EXECUTE format('CREATE TRIGGER words_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
      FOR EACH STATEMENT EXECUTE FUNCTION %I()', its_table, keep);
    EXECUTE format('CREATE TRIGGER words_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows
      FOR EACH STATEMENT EXECUTE FUNCTION %I()', its_table, keep);
  END LOOP;
END $$;

-- Counts the names and titles with each word, and adds and deletes words so that there is one row for each. Returns the number of rows
-- that it wrote; null if another session is counting. Those who add names do not wait for it.
CREATE FUNCTION count_words() RETURNS INTEGER LANGUAGE plpgsql SET jit = off AS $$
DECLARE
  written INTEGER;
BEGIN
  IF NOT pg_try_advisory_xact_lock(72707370) THEN RETURN NULL; END IF;
  WITH counted AS MATERIALIZED (
    SELECT n.is_title, n.word COLLATE "C" AS word, count(*)::INTEGER AS count, bool_or(n.is_in_events) AS is_in_events FROM (
      SELECT false AS is_title, unnest(name_words(a."searchKey")) AS word, e.id IS NOT NULL AS is_in_events
      FROM "ActorName" a LEFT JOIN (SELECT "actorId" AS id FROM "EventActor" UNION SELECT "actorId" FROM "Country") e ON e.id = a."actorId"
      WHERE has_alike_words(a.value)
      UNION ALL SELECT true, unnest(title_words(title)), true FROM "Event"
      UNION ALL SELECT true, unnest(title_words(title)), true FROM "Sanction"
      UNION ALL SELECT true, unnest(title_words(title)), true FROM "Source"
    ) n WHERE length(n.word) <= 64 GROUP BY 1, 2
  ), first AS MATERIALIZED (
    SELECT "isTitle" AS is_title, word, min(id) AS id FROM "SearchWord" GROUP BY 1, 2
  ), compared AS MATERIALIZED (
    SELECT * FROM counted FULL JOIN first USING (is_title, word)
  ), added AS (
    INSERT INTO "SearchWord" ("isTitle", word, key, count, "inEvents")
    SELECT is_title, word, romanization_key(word), count, is_in_events FROM compared WHERE id IS NULL RETURNING 1
  ), dropped AS (
    DELETE FROM "SearchWord" w WHERE NOT EXISTS (SELECT FROM compared c WHERE c.id = w.id AND c.count IS NOT NULL) RETURNING 1
  ), changed AS (
    UPDATE "SearchWord" w SET count = c.count, "inEvents" = c.is_in_events FROM compared c
    WHERE w.id = c.id AND (w."inEvents" <> c.is_in_events OR abs(w.count - c.count) > w.count / 10) RETURNING 1
  )
  SELECT (SELECT count(*) FROM added) + (SELECT count(*) FROM dropped) + (SELECT count(*) FROM changed) INTO written;
  RETURN written;
END $$;

-- Fills the table, the words of names in batches of names.
DO $$
DECLARE
  last UUID;
  batch UUID[];
BEGIN
  LOOP
    batch := ARRAY(SELECT id FROM "ActorName" WHERE last IS NULL OR id > last ORDER BY id LIMIT 20000);
    EXIT WHEN batch = '{}';
    last := batch[cardinality(batch)];
    INSERT INTO "SearchWord" ("isTitle", word, key, count) SELECT false, n.word, romanization_key(n.word), 1
    FROM (SELECT DISTINCT word COLLATE "C" AS word FROM "ActorName", unnest(name_words("searchKey")) word
      WHERE id = ANY (batch) AND has_alike_words(value) AND length(word) <= 64) n
    WHERE NOT EXISTS (SELECT FROM "SearchWord" w WHERE NOT w."isTitle" AND w.word = n.word);
  END LOOP;
  PERFORM count_words();
END $$;
CREATE INDEX "SearchWord_near_idx" ON "SearchWord" USING GIN (near_keys("word", "key", CASE WHEN "isTitle" THEN '+' ELSE '' END)) WITH (fastupdate = off);
ANALYZE "SearchWord";
ANALYZE "ActorName";

-- ---------------------------------------------------------------- searches

-- The words that a search asks for, at most 10. Two that only one word has together are joined: "belarus kali" becomes "belaruskali".
-- One that no name has, and that two others make, is split.
CREATE FUNCTION asked_words(asked TEXT) RETURNS TEXT[] LANGUAGE plpgsql STABLE STRICT SET enable_seqscan = off SET jit = off AS $$
DECLARE
  given CONSTANT TEXT[] := name_words(asked);
  known CONSTANT BOOLEAN[] := ARRAY(SELECT EXISTS (SELECT FROM "SearchWord" w WHERE NOT w."isTitle" AND w.word = g COLLATE "C")
    FROM unnest(given) WITH ORDINALITY u (g, i) ORDER BY i);
  words TEXT[] := '{}';
  halves TEXT[];
  place INTEGER := 1;
BEGIN
  WHILE place <= cardinality(given) AND cardinality(words) < 10 LOOP
    IF place < cardinality(given)
      AND EXISTS (SELECT FROM "SearchWord" w WHERE NOT w."isTitle" AND w.word = (given[place] || given[place + 1]) COLLATE "C")
      AND NOT (known[place] AND known[place + 1]
        AND EXISTS (SELECT FROM "ActorName" n WHERE name_words(n."searchKey") @> given[place : place + 1])) THEN
      words := words || (given[place] || given[place + 1]);
      place := place + 1;
    ELSIF NOT known[place] AND length(given[place]) BETWEEN 7 AND 32
      AND NOT EXISTS (SELECT FROM alike_words(given[place], false, false) a WHERE a.alike > 0.7) THEN
      SELECT ARRAY[l.word, r.word] INTO halves FROM generate_series(3, length(given[place]) - 3) n
        JOIN "SearchWord" l ON NOT l."isTitle" AND l.word = left(given[place], n) COLLATE "C"
        JOIN "SearchWord" r ON NOT r."isTitle" AND r.word = substr(given[place], n + 1) COLLATE "C"
        ORDER BY least(l.count, r.count) DESC, n LIMIT 1;
      words := words || coalesce(halves, ARRAY[given[place]]);
    ELSE
      words := words || given[place];
    END IF;
    place := place + 1;
  END LOOP;
  RETURN ARRAY(SELECT w FROM unnest(words) WITH ORDINALITY u (w, i) GROUP BY w ORDER BY min(i) LIMIT 10);
END $$;

-- The words of names or titles that are like a word, the most alike first: at most 60, with a likeness from 0 to 1, and the number of
-- names or titles.
CREATE FUNCTION alike_words(asked TEXT, is_prefix BOOLEAN, in_titles BOOLEAN)
RETURNS TABLE (word TEXT, alike DOUBLE PRECISION, names INTEGER, "inEvents" BOOLEAN)
LANGUAGE plpgsql STABLE STRICT ROWS 30 SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  keys CONSTANT TEXT[] := romanization_keys(asked);
  usual CONSTANT TEXT := romanization_key(asked);
  asked_consonants CONSTANT TEXT := consonants(usual);
  size CONSTANT INTEGER := length(asked);
  most CONSTANT INTEGER := CASE WHEN size <= 1 THEN 0 WHEN size <= 5 THEN 1 ELSE 2 END;
  near CONSTANT TEXT[] := ARRAY(SELECT DISTINCT n FROM unnest(keys) k, unnest(near_keys(asked, k, CASE WHEN in_titles THEN '+' ELSE '' END)) n);
BEGIN
  RETURN QUERY
  SELECT found.word, max(found.alike)::DOUBLE PRECISION, max(found.names), bool_or(found."inEvents") FROM (
    SELECT w.word, 1.0 AS alike, w.count AS names, w."inEvents" FROM "SearchWord" w WHERE w."isTitle" = in_titles AND w.word = asked COLLATE "C"
    UNION ALL
    (SELECT w.word, CASE WHEN NOT is_prefix THEN 0.8 WHEN size = 1 THEN 0.7 WHEN size = 2 THEN 0.76 ELSE 0.84 END, w.count, w."inEvents" FROM "SearchWord" w
     WHERE w."isTitle" = in_titles AND (is_prefix OR size >= 4) AND w.word > asked COLLATE "C" AND w.word < asked COLLATE "C" || '{'
     ORDER BY w."inEvents" DESC, w.count DESC, w.word LIMIT 30)
    UNION ALL
    SELECT n.word, greatest(
      CASE WHEN n.key = ANY (keys) THEN
        CASE WHEN n.key = usual THEN 0.94 ELSE 0.92 END - CASE WHEN size < 5 THEN 0.05 ELSE 0.02 END * levenshtein(asked, n.word) END,
      CASE WHEN n.edits <= most THEN 1 - 0.14 * n.edits
        - CASE WHEN size < 3 THEN 0.1 WHEN size < 5 THEN 0.05 WHEN n.edits > 1 THEN 0.03 ELSE 0 END END,
      CASE WHEN length(n.key) >= 5 AND length(usual) >= 5
        AND EXISTS (SELECT FROM unnest(keys) k WHERE levenshtein_less_equal(k, n.key, 1) <= 1) THEN 0.8 END,
      CASE WHEN length(asked_consonants) > 2 AND consonants(n.key) = asked_consonants
        THEN 0.62 + 0.02 * least(5, length(asked_consonants)) END
    ), n.names, n."inEvents"
    FROM (
      SELECT w.word, w.key, w.count AS names, w."inEvents", edits_between(asked, w.word, most) AS edits FROM "SearchWord" w
      WHERE near_keys(w.word, w.key, CASE WHEN w."isTitle" THEN '+' ELSE '' END) && near AND length(w.word) > 1 AND size > 1
    ) n
  ) found WHERE found.alike > 0.5 GROUP BY found.word ORDER BY 2 DESC, 3 DESC, 1 LIMIT 60;
END $$;

-- Whether an actor is in an event or is a country.
CREATE FUNCTION is_well_known(actor UUID) RETURNS BOOLEAN LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM "EventActor" e WHERE e."actorId" = actor) OR EXISTS (SELECT FROM "Country" c WHERE c."actorId" = actor);

-- Names, with a score from 0 to 1: how alike the words are, the rarer ones counting more; then how much of the name
-- is asked for, whether the words are in order, and whether the actor is in events. It considers at most about 1,500 names: first
-- those with all words as asked, then those with two words that are most alike, then those with the rarest word. It leaves out names
-- whose score is less than 0.55 of the best.
CREATE FUNCTION search_names(asked TEXT) RETURNS TABLE (id UUID, "actorId" UUID, score DOUBLE PRECISION)
LANGUAGE plpgsql STABLE STRICT ROWS 200 SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  words CONSTANT TEXT[] := asked_words(asked);
  says_much CONSTANT BOOLEAN[] := ARRAY(SELECT NOT is_weak_word(w) AND length(w) > 1 FROM unnest(words) WITH ORDINALITY u (w, i) ORDER BY i);
  weights DOUBLE PRECISION[] := '{}';
  counts BIGINT[] := '{}';
  -- The words of names that are like the asked ones: the word, the number of the asked one, and the likeness.
  alike_word TEXT[] := '{}';
  alike_to INTEGER[] := '{}';
  alike_by DOUBLE PRECISION[] := '{}';
  near RECORD;
  -- The numbers of the three rarest asked words.
  rarest INTEGER[];
  -- The words like the rarest, the second and the third; and those of the first two that are very much alike.
  first TEXT[];
  second TEXT[];
  third TEXT[];
  good_first TEXT[];
  good_second TEXT[];
  initial TEXT;
  -- The asked words that names have, and the numbers of the others.
  known TEXT[];
  unknown INTEGER[];
  missing TEXT[] := '{}';
  found UUID[];
  -- Whether an actor that has all words can be in an event.
  in_events BOOLEAN := true;
BEGIN
  FOR i IN 1 .. cardinality(words) LOOP
    SELECT array_agg(w.word) AS words, array_agg(w.alike) AS alikes, sum(w.names) AS names, max(w.alike) AS best,
      sum(w.names) FILTER (WHERE w.alike >= 0.88 OR w.alike = w.best) AS best_names, bool_or(w."inEvents") AS in_events
      INTO near FROM (SELECT *, max(alike) OVER () AS best FROM alike_words(words[i], i = cardinality(words), false)) w;
    weights := weights || CASE WHEN is_weak_word(words[i]) THEN 0.15 WHEN length(words[i]) = 1 THEN 0.3
      WHEN near.words IS NULL THEN CASE WHEN length(words[i]) = 2 THEN 0.2 ELSE 0.7 END ELSE greatest(0.3, word_weight(near.best_names)) END;
    counts := counts || near.names;
    in_events := in_events AND (NOT says_much[i] OR coalesce(near.in_events, false));
    -- A name can have a word that is not in SearchWord.
    IF near.best IS DISTINCT FROM 1 THEN
      alike_word := alike_word || words[i];
      alike_by := alike_by || 1::DOUBLE PRECISION;
      alike_to := alike_to || i;
    END IF;
    IF near.words IS NOT NULL THEN
      alike_word := alike_word || near.words;
      alike_by := alike_by || near.alikes;
      alike_to := alike_to || array_fill(i, ARRAY[cardinality(near.words)]);
    ELSE
      missing := missing || words[i];
    END IF;
  END LOOP;
  rarest := ARRAY(SELECT r.i FROM unnest(counts, says_much) WITH ORDINALITY r (names, is_strong, i)
    WHERE r.names IS NOT NULL AND (r.is_strong OR true <> ALL (says_much)) ORDER BY r.names, r.i LIMIT 3);
  first := ARRAY(SELECT w FROM unnest(alike_word, alike_to) u (w, i) WHERE i = rarest[1]);
  second := ARRAY(SELECT w FROM unnest(alike_word, alike_to) u (w, i) WHERE i = rarest[2]);
  third := ARRAY(SELECT w FROM unnest(alike_word, alike_to) u (w, i) WHERE i = rarest[3]);
  good_first := ARRAY(SELECT w FROM unnest(alike_word, alike_to, alike_by) u (w, i, s) WHERE i = rarest[1] AND s > 0.78);
  good_second := ARRAY(SELECT w FROM unnest(alike_word, alike_to, alike_by) u (w, i, s) WHERE i = rarest[2] AND s > 0.78);
  initial := coalesce(' ' || (SELECT w FROM unnest(words) w WHERE length(w) = 1 AND cardinality(words) > 1 LIMIT 1), '');
  unknown := ARRAY(SELECT i FROM generate_subscripts(words, 1) i
    WHERE NOT EXISTS (SELECT FROM unnest(alike_word, alike_by, alike_to) u (w, s, a) WHERE a = i AND s = 1 AND w <> ALL (missing)) ORDER BY counts[i], i);
  known := ARRAY(SELECT words[i] FROM generate_subscripts(words, 1) i WHERE i <> ALL (unknown));

  -- Those with all words as asked, or all but one; of many, those of countries and of actors in events first, and then the short ones.
  found := ARRAY(SELECT n.id FROM "ActorName" n WHERE n."searchKey" = asked LIMIT 50)
    || ARRAY(SELECT n.id FROM (
      SELECT n.id, n."actorId", n."searchKey" FROM "ActorName" n WHERE name_words(n."searchKey") @> words LIMIT CASE WHEN in_events THEN 2000 ELSE 500 END
    ) n ORDER BY CASE WHEN in_events THEN is_well_known(n."actorId") ELSE false END DESC, length(n."searchKey"), n.id LIMIT 200);
  IF rarest = '{}' AND found = '{}' THEN RETURN; END IF;
  IF unknown <> '{}' AND known <> '{}' THEN
    found := found || ARRAY(SELECT n.id FROM "ActorName" n WHERE name_words(n."searchKey") @> known AND name_words(n."searchKey")
      && ARRAY(SELECT w FROM unnest(alike_word, alike_to) u (w, i) WHERE i = unknown[1]) LIMIT 200);
  END IF;
  -- Those with two of the words.
  IF second <> '{}' AND cardinality(found) < 200 THEN
    found := found || ARRAY(SELECT n.id FROM "ActorName" n
      WHERE name_words(n."searchKey") && good_first AND name_words(n."searchKey") && good_second LIMIT 300);
    IF cardinality(found) < 300 THEN
      found := found
        || ARRAY(SELECT n.id FROM "ActorName" n WHERE name_words(n."searchKey") && good_first AND name_words(n."searchKey") && second LIMIT 200)
        || ARRAY(SELECT n.id FROM "ActorName" n WHERE name_words(n."searchKey") && first AND name_words(n."searchKey") && good_second LIMIT 200);
    END IF;
    IF cardinality(found) < 200 THEN
      found := found
        || ARRAY(SELECT n.id FROM "ActorName" n WHERE name_words(n."searchKey") && first AND name_words(n."searchKey") && second LIMIT 200)
        || ARRAY(SELECT n.id FROM "ActorName" n WHERE name_words(n."searchKey") && first AND name_words(n."searchKey") && third LIMIT 150)
        || ARRAY(SELECT n.id FROM "ActorName" n WHERE name_words(n."searchKey") && second AND name_words(n."searchKey") && third LIMIT 150);
    END IF;
  END IF;
  -- Those with one of the words.
  IF cardinality(found) < 200 THEN
    found := found || ARRAY(SELECT n.id FROM (
      SELECT n.id, n."actorId", n."searchKey" FROM "ActorName" n
      WHERE name_words(n."searchKey") && good_first AND strpos(' ' || n."searchKey", initial) > 0 LIMIT CASE WHEN in_events THEN 2000 ELSE 500 END
    ) n ORDER BY CASE WHEN in_events THEN is_well_known(n."actorId") ELSE false END DESC, length(n."searchKey"), n.id LIMIT 300);
    IF cardinality(found) < 300 THEN
      found := found || ARRAY(SELECT n.id FROM "ActorName" n WHERE name_words(n."searchKey") && first LIMIT 300);
    END IF;
    IF counts[rarest[2]] <= 1000 THEN
      found := found || ARRAY(SELECT n.id FROM "ActorName" n WHERE name_words(n."searchKey") && second LIMIT 200);
    END IF;
  END IF;

  RETURN QUERY
  WITH candidate AS MATERIALIZED (
    SELECT n.id, n."actorId", n.kind, name_words(n."searchKey") AS words, left(n."searchKey", 255) AS key
    FROM "ActorName" n WHERE n.id = ANY (found)
  ), part AS MATERIALIZED (
    SELECT c.id, w.word, w.place FROM candidate c, unnest(c.words) WITH ORDINALITY w (word, place)
  ), hit AS (
    SELECT p.id, p.place, p.word, a.i, a.alike FROM part p JOIN unnest(alike_word, alike_to, alike_by) a (word, i, alike) ON a.word = p.word
    UNION ALL
    SELECT p.id, p.place, p.word, a.i, CASE WHEN length(a.word) = 1 THEN 0.65 ELSE 0.45 END
    FROM part p JOIN unnest(words) WITH ORDINALITY a (word, i) ON left(a.word, 1) = left(p.word, 1)
    WHERE least(length(a.word), length(p.word)) = 1 AND a.word <> p.word
  ), matched AS (
    -- Each word of a name counts for one asked word, and each asked word once.
    SELECT DISTINCT ON (id, i) id, i, place, word, alike FROM (
      SELECT DISTINCT ON (id, place) id, place, word, i, alike FROM hit ORDER BY id, place, alike DESC, weights[i] DESC
    ) p ORDER BY id, i, alike DESC, place
  ), fitting AS (
    SELECT id, sum(weights[i] * alike) / (SELECT sum(w) FROM unnest(weights) w) AS fit, sum(length(word)) AS letters,
      array_agg(place ORDER BY i) AS places, max(alike) FILTER (WHERE says_much[i]) AS best
    FROM matched GROUP BY id
  ), scored AS (
  SELECT c.id, c."actorId", c.key, (0.853 * f.fit + CASE WHEN c.key = asked THEN 0.077 ELSE 0.075 * f.letters / length(array_to_string(c.words, '')) END
    + CASE WHEN 1 = ANY (f.places) THEN 0.01 ELSE 0 END
    + CASE WHEN cardinality(c.words) = ANY (f.places) THEN 0.015 ELSE 0 END
    + CASE WHEN f.places = ARRAY(SELECT p FROM unnest(f.places) p ORDER BY p) THEN 0.01 ELSE 0 END
    + CASE c.kind WHEN 'PRIMARY' THEN 0.01 WHEN 'WEAK' THEN -0.03 ELSE 0 END
    + CASE WHEN is_well_known(c."actorId") THEN 0.015 ELSE 0 END) AS score
  FROM fitting f JOIN candidate c ON c.id = f.id WHERE f.fit > CASE WHEN f.best >= 0.85 OR true <> ALL (says_much) THEN 0.4 ELSE 0.55 END
  )
  -- Of the best, those come first that are written most like what is asked for, signs and all.
  SELECT s.id, s."actorId", round((s.score + CASE WHEN s.score >= b.score - 0.05
    THEN 0.01 * (1 - levenshtein(s.key, left(asked, 255))::DOUBLE PRECISION / greatest(length(s.key), length(asked))) ELSE 0 END)::numeric, 4)::DOUBLE PRECISION
  FROM scored s, (SELECT max(score) AS score FROM scored) b WHERE s.score >= 0.55 * b.score;
END $$;

-- Actors by the name of theirs that fits best.
DROP FUNCTION search_actors(TEXT);
CREATE FUNCTION search_actors(asked TEXT) RETURNS TABLE (id UUID, score DOUBLE PRECISION)
LANGUAGE sql STABLE STRICT ROWS 100 AS $$
  SELECT s."actorId", max(s.score) FROM search_names(asked) s GROUP BY s."actorId"
$$;

-- ---------------------------------------------------------------- rights

-- As the owner, by names that no schema and no temporary table of the caller's can take the place of.
DO $$
DECLARE
  function REGPROCEDURE;
BEGIN
  FOR function IN
    SELECT oid FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND proname IN ('keep_name_words', 'keep_title_words', 'count_words')
  LOOP
    EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %I, pg_temp', function, current_schema());
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', function);
  END LOOP;
END $$;

-- Last, because names cannot be read from here to the end.
DROP INDEX "ActorName_searchKey_trigram_idx", "ActorName_short_idx";
