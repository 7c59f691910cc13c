<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Tests;

/** Makes a network of the site, with another site at /two/; and unmakes it. */
const NETWORK = '
    require_once ABSPATH . "wp-admin/includes/upgrade.php";
    require_once ABSPATH . "wp-admin/includes/network.php";
    foreach ($GLOBALS["wpdb"]->tables("ms_global") as $name => $table) {
        $GLOBALS["wpdb"]->$name = $table;
    }
    install_network();
    $made = populate_network(1, "localhost", "admin@example.test", "Network", "/", false);
    return is_wp_error($made) ? $made->get_error_codes() : $made;';

const NO_NETWORK = '
    global $wpdb;
    foreach ([...$wpdb->tables("ms_global"), ...$wpdb->get_col("SHOW TABLES LIKE \'{$wpdb->prefix}2\\_%\'")] as $table) {
        $wpdb->query("DROP TABLE IF EXISTS `{$table}`");
    }';

test('what happens on a site of a network reaches the webhooks of the main site, and makes no tables there', function (Ground $ground): void {
    same(true, $ground->run([], NETWORK));
    try {
        $made = $ground->run([], "
            \$id = wpmu_create_blog('localhost', '/two/', 'Two', 1);
            update_site_option('active_sitewide_plugins', []);
            return [is_multisite(), \$id, array_values(get_option('active_plugins'))];", '/');
        same([true, 2, ['hookwright/hookwright.php']], $made);
        // Only the main site has the plugin. What is the network's goes there, what is of the other site's shop nowhere.
        $ground->webhook('net', ['payment_received', 'order.updated'], UM);
        $run = fn (string $code, string $site): mixed => $ground->run(['ultimate-multisite', ...Ground::SHOP], $code, $site);
        $tables = "return \$GLOBALS['wpdb']->get_col('SHOW TABLES LIKE \'%2\\_hookwright%\'');";
        $run("switch_to_blog(2); wu_do_event('payment_received', ['n' => 1]); restore_current_blog();", '/');
        $run("switch_to_blog(2); wc_stub_update_order(wc_stub_new_order(), 'wc-completed'); restore_current_blog();", '/');
        same(['{"n":1,"wu_version":"2.4.13"}'], array_column($ground->received(), 'body'));
        same([], $run($tables, '/'));
        // The whole network has it.
        $ground->run([], "update_site_option('active_sitewide_plugins', ['hookwright/hookwright.php' => time()]);", '/');
        $run("wu_do_event('payment_received', ['n' => 2]);", '/two/');
        same(['{"n":2,"wu_version":"2.4.13"}'], array_column($ground->received(), 'body'));
        // Now the other site has a shop with webhooks of its own.
        $ground->run([], "hookwright()->hookwright()->registry->create(new Hookwright\Registry\NewWebhook(
            url: '{$ground->url('two')}', topics: ['order.updated']));", '/two/');
        $run("wc_stub_update_order(wc_stub_new_order(), 'wc-completed');", '/two/');
        $run("switch_to_blog(2); wc_stub_update_order(wc_stub_new_order(), 'wc-completed'); restore_current_blog();", '/');
        same([], $ground->received());
        $ground->run([], 'hookwright()->hookwright()->dispatcher()->runOnce();', '/two/');
        same(['/two', '/two'], array_column($ground->received(), 'path'));
    } finally {
        $ground->run([], NO_NETWORK);
    }
});

test('on a network, only its administrators decide which addresses of its own are called', function (Ground $ground): void {
    same(true, $ground->run([], NETWORK));
    try {
        $ground->run([], "wpmu_create_blog('localhost', '/two/', 'Two', 1);
            update_site_option('active_sitewide_plugins', ['hookwright/hookwright.php' => time()]);", '/');
        $save = fn (string $who): mixed => $ground->run([], "
            use Hookwright\WordPress\Admin\Input;
            use Hookwright\WordPress\Admin\Settings\SettingsDraft;
            \$owner = get_user_by('login', 'owner') ?: new WP_User(wp_insert_user(['user_login' => 'owner', 'user_pass' => 'x']));
            \$owner->set_role('administrator');
            wp_set_current_user('{$who}' === 'owner' ? \$owner->ID : 1);
            \$_POST = ['allow_http' => '1', 'allow_addresses' => '10.0.0.0/8', 'allow_ports' => '80', 'user_agent' => 'mine',
                'endpoint' => 'http://127.0.0.1:8750', 'token' => 'abc'];
            \$draft = SettingsDraft::from(Input::form(), new Hookwright\WordPress\Settings(config: ['allow-ports' => '443']));
            return [current_user_can('manage_webhooks'), \$draft->settings->config, \$draft->settings->endpoint,
                \$draft->settings->token];", '/two/');
        same([true, ['allow-ports' => '443', 'user-agent' => 'mine'], null, null], $save('owner'));
        same([true, ['allow-http' => 'true', 'allow-addresses' => '10.0.0.0/8', 'allow-ports' => '80', 'user-agent' => 'mine'],
            'http://127.0.0.1:8750', 'abc'], $save('network'));
    } finally {
        $ground->run([], NO_NETWORK);
    }
});

test('a site of a network on which the plugin was deactivated stores nothing and sends nothing', function (Ground $ground): void {
    same(true, $ground->run([], NETWORK));
    try {
        $ground->run([], "wpmu_create_blog('localhost', '/two/', 'Two', 1);
            update_site_option('active_sitewide_plugins', []);", '/');
        $ground->run(['wp-cli'], "WP_CLI::\$commands['hookwright']->deliver([], ['network' => '1']);", '/');
        $tables = "return \$GLOBALS['wpdb']->get_col('SHOW TABLES LIKE \'%2\\_hookwright%\'');";
        same([], $ground->run([], $tables, '/'), 'nothing is made where it is not');
        $plugins = fn (string $list): mixed => $ground->run([], "update_option('active_plugins', {$list});", '/two/');
        $plugins("['hookwright/hookwright.php']");
        $ground->run([], "hookwright()->hookwright()->registry->create(new Hookwright\Registry\NewWebhook(
            url: '{$ground->url('two')}', topics: ['account_created', 'order.updated']));", '/two/');
        $happens = "switch_to_blog(2);
            hookwright()->publish('account_created', ['user_id' => 1]);
            wc_stub_update_order(wc_stub_new_order(), 'wc-completed');
            restore_current_blog();
            do_action('shutdown');
            return [hookwright()->due(), \$GLOBALS['wc_stub_asked'] ?? []];";
        $stored = "return (int) \$GLOBALS['wpdb']->get_var(\"SELECT COUNT(*) FROM {\$GLOBALS['wpdb']->prefix}hookwright_deliveries\");";
        [$due, $asked] = $ground->run(Ground::SHOP, $happens, '/');
        same([[2], 1, 2], [$due, count($asked), $ground->run([], $stored, '/two/')], 'it has it');
        $plugins('[]');
        same([[], []], $ground->run(Ground::SHOP, $happens, '/'), 'it has it no more');
        same(2, $ground->run([], "switch_to_blog(2); {$stored}", '/'));
    } finally {
        $ground->run([], NO_NETWORK);
    }
});

test('webhooks of the network are shown and taken over on its main site, by its administrators', function (Ground $ground): void {
    same(true, $ground->run([], NETWORK));
    try {
        $ground->run(['ultimate-multisite'], "wpmu_create_blog('localhost', '/two/', 'Two', 1);
            update_site_option('active_sitewide_plugins', ['hookwright/hookwright.php' => time()]);
            wu_stub_table();", '/');
        $sees = fn (string $who, string $site): mixed => $ground->run(['ultimate-multisite'], "
            \$owner = get_user_by('login', 'owner') ?: new WP_User(wp_insert_user(['user_login' => 'owner', 'user_pass' => 'x']));
            \$owner->set_role('administrator');
            wp_set_current_user('{$who}' === 'owner' ? \$owner->ID : 1);
            return [current_user_can('manage_webhooks'), array_keys(Hookwright\WordPress\Bridges\Origins::all()),
                Hookwright\WordPress\Admin\Settings\ImportPanel::isNeeded()];", $site);
        same([true, ['ultimate-multisite'], true], $sees('network', '/'));
        same([true, ['ultimate-multisite'], false], $sees('owner', '/'));
        same([true, [], false], $sees('network', '/two/'));
        same([true, [], false], $sees('owner', '/two/'));
    } finally {
        $ground->run([], NO_NETWORK);
    }
});

test('what users have chosen on our screens is forgotten with the last site that keeps its data', function (Ground $ground): void {
    same(true, $ground->run([], NETWORK));
    try {
        $ground->run([], "wpmu_create_blog('localhost', '/two/', 'Two', 1);", '/');
        $remove = fn (string $kept): mixed => $ground->run([], "
            switch_to_blog(2);
            (new Hookwright\WordPress\Settings(deleteData: {$kept}))->write();
            restore_current_blog();
            update_user_meta(1, 'hookwright_deliveries_per_page', 50);
            Hookwright\WordPress\Installation::removeEverywhere();
            wp_cache_flush();
            return get_user_meta(1, 'hookwright_deliveries_per_page', true);", '/');
        same('50', $remove('false'));
        same('', $remove('true'));
    } finally {
        $ground->run([], NO_NETWORK);
    }
});
