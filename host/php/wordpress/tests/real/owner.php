<?php

declare(strict_types=1);

// What the owner has besides the screens: WP-CLI, REST, Site Health, rights, and the end of it all.

namespace Hookwright\WordPress\Tests;

use Hookwright\WordPress\Configuration;
use Hookwright\WordPress\Installation;
use Hookwright\WordPress\Settings;

return [
    'WP-CLI shows webhooks, deliveries, topics and state' => static function (Receiver $receiver): void {
        $id = trim(command('list', '--format=ids'));
        same(true, str_starts_with($id, 'wh_'), $id);
        same(true, str_contains(command('status'), 'webhooks:   1 active'), command('status'));
        same(true, str_contains(command('deliveries', '--limit=5'), 'delivered'), 'deliveries');
        same(true, str_contains(command('topics', '--search=comment'), 'wordpress.comment.posted'), 'topics');
        same("Success: the receiver took wordpress.post.published\n", command('test', $id, '--topic=wordpress.post.published'), 'a test');
        same(true, str_contains(command('publish', 'account_created', '{"user_id":3}'), 'goes to 1 webhooks'), 'publish');
        same(true, str_contains(command('create', $receiver->url, '--topics=order.*', '--name=Orders'), 'secret: whsec_'), 'create');
        same(['wordpress.post.published', 'account_created'], topics($receiver), 'both');
    },

    'REST lists, makes, changes and deletes webhooks, several at once, and shows the log' => static function (Receiver $receiver): void {
        $ask = static function (string $method, string $path, array $body = [], array $query = []): array {
            $request = new \WP_REST_Request($method, "/hookwright/v1{$path}");
            $request->set_query_params($query);
            if ($body !== []) {
                $request->set_header('content-type', 'application/json');
                $request->set_body((string) json_encode($body));
            }
            $response = rest_do_request($request);

            return [$response->get_status(), json_decode((string) json_encode($response->get_data()), true), $response->get_headers()];
        };
        wp_set_current_user(0);
        same(401, $ask('GET', '/webhooks')[0], 'nobody');
        wp_set_current_user(1);
        [$status, $made] = $ask('POST', '/webhooks', ['url' => $receiver->url, 'topics' => ['order.*'], 'headers' => ['X-Key' => 'k'], 'name' => 'REST']);
        same([201, 'REST', ['x-key'], true], [$status, $made['name'], $made['header_names'], str_starts_with($made['secret'], 'whsec_')], 'made');
        [$status, $refused] = $ask('POST', '/webhooks', ['url' => 'ftp://x', 'topics' => ['nosuch']]);
        same([400, 'hookwright_invalid_input', ['url', 'topics[0]']], [$status, $refused['code'], array_keys($refused['data']['params'])], 'refused');
        same(400, $ask('POST', '/webhooks', ['url' => $receiver->url, 'status' => 'disabled'])[0], 'by the schema');
        [$status, $list, $headers] = $ask('GET', '/webhooks', query: ['search' => 'REST']);
        same([200, 1, $made['id'], false], [$status, (int) $headers['X-WP-Total'], $list[0]['id'], isset($list[0]['secret'])], 'listed');
        [$status, $changed] = $ask('PATCH', "/webhooks/{$made['id']}", ['status' => 'paused', 'revision' => $made['revision']]);
        same([200, 'paused', ['order.*']], [$status, $changed['status'], $changed['topics']], 'changed');
        same(409, $ask('PATCH', "/webhooks/{$made['id']}", ['name' => 'x', 'revision' => $made['revision']])[0], 'a stale revision');
        [, $batch] = $ask('POST', '/webhooks/batch', [
            'create' => [['url' => $receiver->url, 'name' => 'One'], ['url' => 7]],
            'update' => [['id' => $made['id'], 'name' => 'Other'], ['id' => 'wh_none', 'name' => 'x']],
        ]);
        same(['One', true, 'Other', 404], [
            $batch['create'][0]['name'],
            isset($batch['create'][1]['error']),
            $batch['update'][0]['name'],
            $batch['update'][1]['error']['data']['status'],
        ], 'each has its own result');
        [$status, $event] = $ask('POST', '/events', ['topic' => 'account_created', 'data' => ['user_id' => 9, 'more' => new \stdClass()]]);
        same([201, true], [$status, $event['deliveries'] > 0], 'published');
        same(true, str_contains((string) json_encode(arrived($receiver)), '"user_id":9'), 'and sent');
        [, $log] = $ask('GET', '/deliveries', query: ['event' => $event['event']]);
        [$status, $one] = $ask('GET', "/deliveries/{$log[0]['id']}");
        same([200, 'delivered', 200, true], [$status, $one['state'], $one['attempt_log'][0]['status'], str_contains($one['payload'], '"more":{}')], 'the log');
        same(202, $ask('POST', "/deliveries/{$log[0]['id']}/redeliver")[0], 'again');
        same(1, count(arrived($receiver)), 'and it arrives again');
        same(true, $ask('GET', '/topics', query: ['search' => 'comment'])[1][0]['sample'] !== null, 'topics');
        same(true, $ask('POST', "/webhooks/{$made['id']}/test", ['topic' => 'order.created'])[1]['taken'], 'a test');
        same(true, $ask('POST', "/webhooks/{$made['id']}/secret")[1]['secret'] !== $made['secret'], 'another secret');
        same(true, $ask('DELETE', "/webhooks/{$made['id']}")[1]['deleted'], 'deleted');
        same(404, $ask('GET', "/webhooks/{$made['id']}")[0], 'gone');
        [, $batch] = $ask('POST', '/webhooks/batch', ['delete' => [$batch['create'][0]['id']]]);
        same(true, $batch['delete'][0]['deleted'], 'deleted in a batch');
        $receiver->received();
    },

    'Site Health says when webhooks wait, and when they cannot be sent' => static function (Receiver $receiver): void {
        global $wpdb;
        require_once ABSPATH . 'wp-admin/includes/class-wp-site-health.php';
        $status = static fn (): string => (\WP_Site_Health::get_tests()['direct']['hookwright']['test'])()['status'];
        same('good', $status(), 'nothing waits');
        update_option('blogname', 'For Site Health');
        $table = Configuration::tablePrefix() . 'deliveries';
        $wpdb->query("UPDATE {$table} SET due_at = due_at - 3600000 WHERE state = 'pending'");
        same('', $wpdb->last_error, 'the row');
        same('recommended', $status(), 'one waits');
        arrived($receiver);
        same('good', $status(), 'it is sent');
        hookwright()->hookwright()->lifecycle->stop('a drill');
        same('critical', $status(), 'stopped');
        hookwright()->hookwright()->lifecycle->resume();
    },

    'administrators may, others may not, unless the filter says so' => static function (): void {
        $subscriber = new \WP_User(wp_insert_user(['user_login' => 'sub', 'user_pass' => 'x', 'role' => 'subscriber']));
        same([true, false], [user_can(1, 'manage_webhooks'), user_can($subscriber, 'manage_webhooks')], 'by default');
        $reader = static fn (): string => 'read';
        add_filter('hookwright_capability', $reader);
        same(true, user_can($subscriber, 'manage_webhooks'), 'by the filter');
        remove_filter('hookwright_capability', $reader);
        wp_delete_user($subscriber->ID);
    },

    'deactivated, it sends nothing more; deleted, nothing of it is left' => static function (Receiver $receiver): void {
        global $wpdb;
        arrived($receiver);
        update_user_meta(1, 'hookwright_deliveries_per_page', 50);
        update_user_meta(1, 'managetoplevel_page_hookwrightcolumnshidden', ['integration']);
        update_user_meta(1, 'managewebhooks_page_hookwright-deliveriescolumnshidden', ['next']);
        update_user_meta(1, 'manageedit-postcolumnshidden', ['tags']);
        set_transient('hookwright_flash_1', ['x'], 60);
        deactivate_plugins(PLUGIN);
        same([false, false], [wp_next_scheduled('hookwright_deliver'), wp_next_scheduled('hookwright_purge')], 'WP-Cron');
        same(true, count(Installation::tables()) > 8, 'the tables stay');
        define('WP_UNINSTALL_PLUGIN', PLUGIN);
        $former = Settings::read();
        (new Settings(deleteData: false))->write();
        require WP_PLUGIN_DIR . '/hookwright/uninstall.php';
        same(true, count(Installation::tables()) > 8, 'the owner keeps them');
        $former->write();
        Installation::removeEverywhere();
        same([], Installation::tables(), 'no tables');
        same([], $wpdb->get_col("SELECT option_name FROM {$wpdb->options} WHERE option_name LIKE '%hookwright%'"), 'no options');
        $left = $wpdb->get_col("SELECT meta_key FROM {$wpdb->usermeta} WHERE meta_key LIKE '%hookwright%' OR meta_key LIKE '%columnshidden'");
        same(['manageedit-postcolumnshidden'], $left, 'nothing of users');
    },
];
