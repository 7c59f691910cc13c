<?php

declare(strict_types=1);

// What lies around the plugin: the connection, a copy of the database, PHP without FFI, a server.

namespace Hookwright\WordPress\Tests;

use Hookwright\Hookwright;
use Hookwright\Options;
use Hookwright\Registry\NewWebhook;
use Hookwright\Types\Scope;
use Hookwright\WordPress\Configuration;
use Hookwright\WordPress\Settings;
use Hookwright\WordPress\Waiting;
use Hookwright\WordPress\WpdbStorage;

return [
    'a site whose connection is not one of utf8mb4 gets another one beside it' => static function (): void {
        global $wpdb;
        $old = clone $wpdb;
        $old->charset = 'latin1';
        $hookwright = Hookwright::open(new WpdbStorage($old), new Options(config: Configuration::of(Settings::read())));
        $name = 'Zoë 🦊 ' . wp_rand();
        $made = $hookwright->registry->create(new NewWebhook('http://127.0.0.1:1/', ['order.*'], $name));
        same($name, hookwright()->hookwright()->registry->get(Scope::all(), $made->webhook->id)->name, 'both see the same');
        same(false, (new WpdbStorage($old))->isInTransaction(), 'no transaction there');
        $hookwright->registry->delete(Scope::all(), [$made->webhook->id]);
    },

    'a copy of the database sends nothing; a site that has moved does' => static function (Receiver $receiver): void {
        global $wpdb;
        // As it lies in the table: wp-config.php may say another one.
        $former = (string) $wpdb->get_var("SELECT option_value FROM {$wpdb->options} WHERE option_name = 'siteurl'");
        $put = static function (string $url) use ($wpdb): void {
            $wpdb->update($wpdb->options, ['option_value' => $url], ['option_name' => 'siteurl']);
            wp_cache_flush();
        };
        update_option('blogname', 'Before the copy');
        $put('https://staging.example.com');
        same([], topics($receiver), 'the copy');
        same(true, str_contains((string) hookwright()->problem(), 'Sending is stopped'), (string) hookwright()->problem());
        same("Success: 1 deliveries are due\n", command('resume'), 'a person says so');
        same(['wordpress.option.updated'], topics($receiver), 'what was held');
        update_option('siteurl', 'https://moved.example.com');
        same(['wordpress.option.updated'], topics($receiver), 'moved');
        $put($former);
        command('resume');
        same([], topics($receiver), 'nothing new');
        same(null, hookwright()->problem(), 'as before');
    },

    'where Hookwright cannot be reached, events are kept until it can; a rollback takes them too' => static function (Receiver $receiver): void {
        global $wpdb;
        $former = Settings::read();
        (new Settings(config: $former->config, endpoint: 'http://127.0.0.1:1', token: 'none'))->write();
        $user = wp_insert_user(['user_login' => 'kept' . wp_rand(), 'user_pass' => 'geheim', 'role' => 'author']);
        hookwright()->publish('account_created', ['user_id' => 5, 'none' => new \stdClass()], 'the-key');
        hookwright()->publish('account_created', ['user_id' => 5, 'none' => new \stdClass()], 'the-key');
        hookwright()->publish('no.such.topic', []);
        $wpdb->query('START TRANSACTION');
        hookwright()->publish('account_created', ['user_id' => 6]);
        $wpdb->query('ROLLBACK');
        same([], hookwright()->failures(), 'nothing is lost');
        same(true, str_contains((string) hookwright()->problem(), '5 events are kept'), (string) hookwright()->problem());
        $former->write();
        same("Success: 3 requests: 3 delivered, 0 to be tried again, 0 given up\n", command('deliver'), 'the command line can');
        $bodies = array_column($receiver->received(), 1);
        $types = array_map(static fn (string $body): string => json_decode($body)->type, $bodies);
        sort($types);
        same(['account_created', 'account_created', 'wordpress.user.registered'], $types, 'each once');
        same(1, substr_count(implode($bodies), '"data":{"user_id":5,"none":{}}'), 'as it was published');
        same(['no.such.topic'], array_column(hookwright()->failures(), 'topic'), 'what is wrong in itself is told');
        same([0, null], [Waiting::count(), hookwright()->problem()], 'nothing waits');
        hookwright()->forgetFailures();
        wp_delete_user($user);
        arrived($receiver);
    },

    'beside a server, without FFI, events go to it; in a transaction only once that is committed' => static function (Receiver $receiver): void {
        global $wpdb;
        $program = (string) getenv('PHP_HOOKWRIGHT_TEST_CLI');
        if ($program === '') {
            same(false, getenv('CI'), 'PHP_HOOKWRIGHT_TEST_CLI names the program hookwright');
            echo "SKIPPED: PHP_HOOKWRIGHT_TEST_CLI does not name the program hookwright\n";

            return;
        }
        $folder = sys_get_temp_dir() . '/hookwright-serve-' . bin2hex(random_bytes(6));
        mkdir($folder, 0700);
        $server = proc_open(
            [$program, 'serve', '--socket', "{$folder}/socket", '--database', "{$folder}/db", '--token-file', "{$folder}/token", '--allow-local', '--set', 'ping=false'],
            [1 => ['file', "{$folder}/out", 'w'], 2 => ['file', "{$folder}/out", 'a']],
            $pipes,
        );
        $former = Settings::read();
        try {
            eventually(static fn (): bool => str_contains((string) file_get_contents("{$folder}/out"), 'Serving on'), 'the server starts');
            (new Settings(endpoint: "unix://{$folder}/socket", token: trim((string) file_get_contents("{$folder}/token"))))->write();
            same(null, hookwright()->problem(), 'it is there');
            hookwright()->hookwright()->registry->create(new NewWebhook($receiver->url, ['wordpress.*']));
            update_option('blogname', 'One');
            $wpdb->query('START TRANSACTION');
            update_option('blogname', 'Two');
            same(1, Waiting::count(), 'it waits for the commit');
            $wpdb->query('ROLLBACK');
            wp_cache_flush();
            $wpdb->query('START TRANSACTION');
            update_option('blogname', 'Three');
            $wpdb->query('COMMIT');
            hookwright()->publishWaiting();
            same([0, []], [Waiting::count(), hookwright()->failures()], 'nothing waits');
            $bodies = '';
            eventually(static function () use ($receiver, &$bodies): bool {
                $bodies .= implode(array_column($receiver->received(), 1));

                return str_contains($bodies, 'One') && str_contains($bodies, 'Three');
            }, 'both arrive');
            same(false, str_contains($bodies, 'Two'), 'what was rolled back does not');
        } finally {
            $former->write();
            proc_terminate($server);
            proc_close($server);
            array_map('unlink', array_filter(glob("{$folder}/*") ?: [], 'is_file'));
            @unlink("{$folder}/socket");
            @rmdir($folder);
        }
        hookwright()->hookwright();
    },
];
