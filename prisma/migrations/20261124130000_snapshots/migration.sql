-- Which lists a run was a whole snapshot of, and which snapshot was the last to have a listing: what a newer snapshot lacks
-- has ended after that one, and not after the newer.
ALTER TABLE "ImportRun" ADD COLUMN "lists" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];

CREATE TABLE "Sighting" (
  "targetId" UUID NOT NULL,
  "list" TEXT NOT NULL,
  "seenOn" DATE NOT NULL,
  CONSTRAINT "Sighting_pkey" PRIMARY KEY ("targetId", "list"),
  CONSTRAINT "Sighting_targetId_fkey" FOREIGN KEY ("targetId") REFERENCES "SanctionTarget" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
