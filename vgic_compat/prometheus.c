// SPDX-License-Identifier: GPL-2.0-only
/*
 * A probe in the text format of Prometheus, for the textfile collector of its node
 * exporter. It is made from the JSON of the probe, so that the two cannot differ.
 */
#include <stdlib.h>
#include <string.h>

#include "json.h"

/* In a label, only these three are escaped */
static void put_label(FILE *f, const char *name, const char *value)
{
	fprintf(f, "%s=\"", name);
	for (; *value; value++) {
		if (*value == '\n')
			fputs("\\n", f);
		else if (*value == '"' || *value == '\\')
			fprintf(f, "\\%c", *value);
		else
			fputc(*value, f);
	}
	fputc('"', f);
}

static void head(FILE *f, const char *name, const char *help)
{
	fprintf(f, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

/* "none" is a VM for which no revision was chosen */
static void put_guest(FILE *f, const char *model, const char *rev, json_t *guest)
{
	const char *key;
	json_t *value;

	fprintf(f, "kvm_vgic_guest_info{model=\"%s\",revision=\"%s\"", model, rev);
	json_object_foreach(guest, key, value) {
		fputc(',', f);
		put_label(f, key, json_is_string(value) ? json_string_value(value) : "");
	}
	fputs("} 1\n", f);
}

static void put_guests(FILE *f, const json_t *model)
{
	const char *name = string(model, "model");
	json_t *revision, *guest;
	char text[12];
	size_t i;

	put_guest(f, name, "none", json_object_get(model, "guest"));
	json_array_foreach(json_object_get(model, "revisions"), i, revision) {
		guest = json_object_get(revision, "guest");
		snprintf(text, sizeof(text), "%zu", number(revision, "revision"));
		if (guest)
			put_guest(f, name, text, guest);
	}
}

/* All that there can be: a query cannot ask for a sample that a host does not have */
static void put_available(FILE *f, const json_t *model)
{
	bool can[NR_REVISIONS] = { };
	json_t *revision;
	size_t i;

	json_array_foreach(json_object_get(model, "revisions"), i, revision)
		can[number(revision, "revision")] = json_is_true(json_object_get(revision, "can"));
	for (i = 0; i < NR_REVISIONS; i++)
		fprintf(f, "kvm_vgic_revision_available{model=\"%s\",revision=\"%zu\"} %d\n",
			string(model, "model"), i, can[i]);
}

static void put_answers(FILE *f, const json_t *model)
{
	static const char * const ways[] = { "iidr", "attribute" };
	json_t *revision;
	size_t i;

	json_array_foreach(json_object_get(model, "revisions"), i, revision)
		for (int w = 0; w < 2; w++) {
			fprintf(f, "kvm_vgic_revision_answer_info{model=\"%s\",revision=\"%zu\",",
				string(model, "model"), number(revision, "revision"));
			fprintf(f, "way=\"%s\",answer=\"%s\"} 1\n", ways[w],
				string(revision, ways[w]));
		}
}

static void put_default(FILE *f, const json_t *model)
{
	fprintf(f, "kvm_vgic_default_revision{model=\"%s\"} %zu\n", string(model, "model"),
		number(model, "default"));
}

/* All samples of a metric have to follow each other */
static void put_each(FILE *f, json_t *models, void (*put)(FILE *f, const json_t *model))
{
	json_t *model;
	size_t i;

	json_array_foreach(models, i, model)
		put(f, model);
}

static void put_offered(FILE *f, json_t *models)
{
	for (int m = 0; m < NR_MODELS; m++) {
		bool offered = false;
		json_t *model;
		size_t i;

		json_array_foreach(models, i, model)
			offered |= !strcmp(string(model, "model"), model_names[m]);
		fprintf(f, "kvm_vgic_offered{model=\"%s\"} %d\n", model_names[m], offered);
	}
}

/**
 * print_prometheus - write a probe for node_exporter
 * @probe: the JSON object that the probe is
 * @path: the file, which is there as a whole or not at all; "-" for standard output
 */
void print_prometheus(const json_t *probe, const char *path)
{
	json_t *models = json_object_get(probe, "models");
	char *text;
	size_t len;
	FILE *f = need(open_memstream(&text, &len));

	head(f, "kvm_vgic_probe_info", "The kernel that was probed, as uname -r has it.");
	fputs("kvm_vgic_probe_info{", f);
	put_label(f, "release", string(probe, "kernel"));
	fputs("} 1\n", f);
	head(f, "kvm_vgic_offered", "Whether VMs can have this model of vGIC.");
	put_offered(f, models);
	head(f, "kvm_vgic_default_revision", "The revision of a VM for which none is chosen.");
	put_each(f, models, put_default);
	head(f, "kvm_vgic_revision_available", "Whether VMs can have this revision.");
	put_each(f, models, put_available);
	head(f, "kvm_vgic_revision_answer_info", "What came of choosing a revision in this way.");
	put_each(f, models, put_answers);
	head(f, "kvm_vgic_guest_info", "What a guest sees at a revision; none: without a choice.");
	put_each(f, models, put_guests);
	if (fclose(f))
		need(NULL);
	if (strcmp(path, "-"))
		file_write(path, text, len);
	else
		fputs(text, stdout);
	free(text);
}
