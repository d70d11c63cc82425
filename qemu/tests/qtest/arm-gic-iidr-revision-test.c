/*
 * The revision of KVM's GIC, as a user of the virt board chooses it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "libqtest.h"
#include "qobject/qdict.h"

#define MACHINE "-preconfig -nodefaults -machine virt,gic-version=max "

static QDict *set_revision(QTestState *qts, const char *value)
{
    return qtest_qmp(qts, "{ 'execute': 'qom-set', 'arguments': {"
                     " 'path': '/machine', 'property': 'gic-iidr-revision',"
                     " 'value': %s } }", value);
}

static void assert_revision(QTestState *qts, const char *value)
{
    QDict *resp = qtest_qmp(qts, "{ 'execute': 'qom-get', 'arguments': {"
                            " 'path': '/machine',"
                            " 'property': 'gic-iidr-revision' } }");

    g_assert_cmpstr(qdict_get_try_str(resp, "return"), ==, value);
    qobject_unref(resp);
}

static void test_values(void)
{
    static const char *const good[] = { "0", "1", "3", "15", "host" };
    static const char *const bad[] = {
        "16", "-1", "-2", "3x", "latest", "",
        "-4294967293", "4294967299" /* 3, in 32 bits */
    };
    QTestState *qts = qtest_init(MACHINE);
    QDict *resp;

    assert_revision(qts, "host");
    for (int i = 0; i < ARRAY_SIZE(good); i++) {
        qtest_qmp_assert_success(qts, "{ 'execute': 'qom-set', 'arguments': {"
                                 " 'path': '/machine',"
                                 " 'property': 'gic-iidr-revision',"
                                 " 'value': %s } }", good[i]);
        assert_revision(qts, good[i]);
    }
    for (int i = 0; i < ARRAY_SIZE(bad); i++) {
        resp = set_revision(qts, bad[i]);
        g_assert(qdict_haskey(resp, "error"));
        qobject_unref(resp);
        assert_revision(qts, "host");
    }
    qtest_quit(qts);
}

/* With the arguments, QEMU does not start the machine at this revision */
static void assert_refused(const char *args, const char *revision)
{
    QTestState *qts = qtest_init(args);
    QDict *resp = set_revision(qts, revision);

    g_assert(!qdict_haskey(resp, "error"));
    qobject_unref(resp);
    qtest_set_expected_status(qts, EXIT_FAILURE);
    qtest_qmp_send(qts, "{ 'execute': 'x-exit-preconfig' }");
    qtest_wait_qemu(qts);
    qtest_quit(qts);
}

static void assert_starts(const char *args)
{
    QTestState *qts = qtest_init(args);

    qtest_qmp_assert_success(qts, "{ 'execute': 'x-exit-preconfig' }");
    assert_revision(qts, "host");
    qtest_quit(qts);
}

static void test_no_kvm(void)
{
    assert_starts(MACHINE "-accel qtest");
    assert_refused(MACHINE "-accel qtest", "3");
}

/* No kernel has all 16 revisions that the field has room for */
static void test_kvm_refuses(void)
{
    assert_refused(MACHINE "-accel kvm -cpu host", "15");
}

static void test_kvm_default(void)
{
    assert_starts(MACHINE "-accel kvm -cpu host");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    if (qtest_has_machine("virt")) {
        qtest_add_func("/arm/gic-iidr-revision/values", test_values);
        qtest_add_func("/arm/gic-iidr-revision/no-kvm", test_no_kvm);
        if (qtest_has_accel("kvm")) {
            qtest_add_func("/arm/gic-iidr-revision/kvm/refuses",
                           test_kvm_refuses);
            qtest_add_func("/arm/gic-iidr-revision/kvm/default",
                           test_kvm_default);
        }
    }
    return g_test_run();
}
