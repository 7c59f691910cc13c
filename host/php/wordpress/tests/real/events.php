<?php

declare(strict_types=1);

// What happens in WordPress: which events come of it, what other plugins make of them, and when they are sent.

namespace Hookwright\WordPress\Tests;

use Hookwright\Catalogue\Query;
use Hookwright\Catalogue\TopicSettings;
use Hookwright\Catalogue\Validation;
use Hookwright\Registry\NewWebhook;
use Hookwright\Types\Paging;
use Hookwright\WordPress\Delivery;
use Hookwright\WordPress\DeliveryMode;
use Hookwright\WordPress\Installation;
use Hookwright\WordPress\Settings;

return [
    'activation makes tables, topics and entries of WP-Cron' => static function (Receiver $receiver): void {
        same(null, activate_plugin(PLUGIN), 'the activation');
        same(null, hookwright()->problem(), 'nothing is in the way');
        same(true, count(Installation::tables()) > 8, 'there are tables');
        foreach (['hookwright_deliver', 'hookwright_purge'] as $hook) {
            same(true, is_int(wp_next_scheduled($hook)), "{$hook} is scheduled");
        }
        (new Settings(config: ['allow-http' => 'true', 'allow-addresses' => 'loopback', 'ping' => 'false']))->write();
        hookwright()->hookwright()->registry->create(new NewWebhook(
            $receiver->url,
            ['wordpress.*', 'account_created', 'account_deleted', 'booking.*'],
        ));
    },

    'every event of WordPress arrives, and its data satisfy the schema of its topic' => static function (Receiver $receiver): void {
        $catalogue = hookwright()->hookwright()->catalogue;
        $wanted = array_column($catalogue->find(new Query(new Paging(1, 100), 'wordpress.'))->items, 'name');
        same(true, count($wanted) >= 25, 'the topics of WordPress are in the catalogue');
        foreach ($wanted as $name) {
            $catalogue->configure($name, new TopicSettings(validation: Validation::Enforce, dedupeWindow: 0));
        }
        $user = wp_insert_user(['user_login' => 'marta', 'user_pass' => 'geheim-1', 'user_email' => 'marta@example.com']);
        wp_update_user(['ID' => $user, 'display_name' => 'Marta Vilar', 'user_pass' => 'geheim-2']);
        (new \WP_User($user))->set_role('editor');
        reset_password(get_userdata($user), 'geheim-3');
        wp_authenticate('marta@example.com', 'geheim-4');
        wp_signon(['user_login' => 'marta', 'user_password' => 'geheim-3']);
        $post = wp_insert_post(['post_title' => 'Winter', 'post_content' => '<p>We open <b>at ten</b>.</p>', 'post_name' => 'winter', 'post_author' => $user]);
        wp_save_post_revision($post);
        wp_update_post(['ID' => $post, 'post_status' => 'pending']);
        wp_publish_post($post);
        wp_update_post(['ID' => $post, 'post_title' => 'Winter hours', 'post_password' => 'geheim-5']);
        $comment = wp_insert_comment(['comment_post_ID' => $post, 'comment_content' => 'And on the 24th?', 'comment_author' => 'Ines', 'comment_approved' => 0]);
        wp_set_comment_status($comment, 'approve');
        wp_spam_comment($comment);
        wp_unspam_comment($comment);
        wp_trash_comment($comment);
        wp_trash_post($post);
        wp_untrash_post($post);
        wp_delete_post($post, true);
        $file = wp_insert_attachment(['post_title' => 'window', 'post_mime_type' => 'image/png'], 'window.png');
        wp_delete_attachment($file, true);
        $term = wp_insert_term('News of winter', 'category')['term_id'];
        wp_update_term($term, 'category', ['description' => 'What is new']);
        wp_delete_term($term, 'category');
        update_option('blogdescription', 'Winter ' . wp_rand());
        set_transient('winter_test', wp_rand());
        do_action('activated_plugin', 'akismet/akismet.php', false);
        do_action('deactivated_plugin', 'akismet/akismet.php', false);
        do_action('switch_theme', 'Same', wp_get_theme(), wp_get_theme());
        wp_delete_user($user, 1);

        same([], hookwright()->failures(), 'nothing was refused');
        $arrived = arrived($receiver);
        $seen = array_values(array_unique(array_column($arrived, 0)));
        sort($seen);
        $wanted = [...$wanted, 'account_created', 'account_deleted'];
        sort($wanted);
        same($wanted, $seen, 'each topic');
        $all = (string) json_encode($arrived);
        same(false, str_contains($all, 'geheim') || str_contains($all, '$P$') || str_contains($all, 'marta@example.com'), 'no secret is told');
        $of = static fn (string $topic): array => array_values(array_filter($arrived, static fn (array $one) => $one[0] === "wordpress.{$topic}"));
        same(['display_name', 'password'], $of('user.updated')[0][1]['changed'], 'what was changed');
        same([1, 'We open at ten .'], [count($of('post.published')), $of('post.published')[0][1]['post']['excerpt']], 'published once');
        same(true, $of('post.updated')[1][1]['post']['password_protected'] ?? $of('post.updated')[0][1]['post']['password_protected'], 'protected');
        foreach ($wanted as $name) {
            str_starts_with($name, 'wordpress.') && $catalogue->configure($name, new TopicSettings(validation: Validation::Off, dedupeWindow: 0));
        }
    },

    'what WordPress rolls back is not sent, and inside a transaction nothing is' => static function (Receiver $receiver): void {
        global $wpdb;
        $wpdb->query('START TRANSACTION');
        update_option('blogname', 'Rolled back');
        same(true, hookwright()->isInTransaction(), 'the transaction is seen');
        same([], hookwright()->failures(), 'the event is stored');
        $wpdb->query('ROLLBACK');
        wp_cache_flush();
        same([], topics($receiver), 'nothing was committed');
        $wpdb->query('START TRANSACTION');
        update_option('blogname', 'Committed');
        do_action('hookwright_deliver');
        same([], $receiver->received(), 'nothing is sent before the commit');
        $wpdb->query('COMMIT');
        same(['wordpress.option.updated'], topics($receiver), 'what was committed');
        same('', $wpdb->last_error, 'the connection is as it was');
    },

    'plugins add topics, change payloads, veto, add headers and are told; what they throw breaks nothing' => static function (Receiver $receiver): void {
        $topics = static fn (array $topics): array => $topics + ['booking.made' => ['title' => 'Booking made', 'sample' => ['id' => 7]], 'no good' => []];
        add_filter('hookwright_topics', $topics);
        $told = [];
        $attempt = static function (array $outcome, string $topic) use (&$told): void {
            $told[] = [$topic, $outcome['state']];
        };
        $data = static fn (array $data, string $topic): array => match ($data['id']) {
            13 => throw new \DomainException('not this number'),
            default => $data + ['room' => $topic],
        };
        $should = static fn (bool $should, string $topic, array $data): bool => $data['id'] !== 2;
        $headers = static fn (array $headers): array => $headers + ['X-Room' => '12'];
        add_filter('hookwright_payload', $data, 10, 2);
        add_filter('hookwright_should_deliver', $should, 10, 3);
        add_filter('hookwright_request_headers', $headers);
        add_action('hookwright_attempt', $attempt, 10, 2);
        foreach ([1, 2, 13] as $id) {
            hookwright()->publish('booking.made', ['id' => $id]);
        }
        Delivery::deliver(hookwright(), 30);
        $received = $receiver->received();
        same([1, ['id' => 1, 'room' => 'booking.made'], '12'], [
            count($received),
            json_decode($received[0][1], true)['data'],
            array_change_key_case($received[0][0])['x-room'],
        ], 'one is delivered');
        same([['booking.made', 'delivered']], $told, 'the attempt is told');
        same('custom', hookwright()->hookwright()->catalogue->get('booking.made')->sources[0], 'other hosts know the topic');
        $failures = hookwright()->failures();
        same([1, true], [count($failures), str_contains($failures[0]['message'], 'not this number')], 'what was thrown is shown');
        hookwright()->forgetFailures();
        remove_filter('hookwright_payload', $data);
        remove_filter('hookwright_should_deliver', $should);
        remove_filter('hookwright_request_headers', $headers);
        remove_action('hookwright_attempt', $attempt);
        hookwright()->publish('booking.made', ['id' => 13]);
        same([['booking.made', ['id' => 13]]], arrived($receiver), 'without filters');
        // What other plugins do wrong while a payload is made, and who fires a hook without its arguments.
        $broken = static fn () => throw new \DomainException('no address');
        add_filter('post_link', $broken);
        do_action('transition_post_status', 'publish', 'draft', get_post(1));
        remove_filter('post_link', $broken);
        same(['no address'], array_column(hookwright()->failures(), 'message'), 'it is shown');
        hookwright()->forgetFailures();
        foreach (['user_register', 'profile_update', 'deleted_user', 'set_user_role', 'after_password_reset', 'wp_login', 'post_updated', 'trashed_post',
            'deleted_post', 'wp_insert_comment', 'spammed_comment', 'add_attachment', 'switch_theme', 'updated_option', 'created_term'] as $hook) {
            fire($hook);
        }
        remove_filter('hookwright_topics', $topics);
        hookwright()->publish('no.such.topic', []);
        same('no.such.topic', hookwright()->failures()[0]['topic'], 'an unknown topic is a failure that is shown');
        hookwright()->forgetFailures();
    },

    'WP-Cron sends; a worker alone does where the settings say so; a connection that was lost is opened again' => static function (Receiver $receiver): void {
        global $wpdb;
        update_option('blogname', 'For cron');
        do_action('hookwright_deliver');
        same(1, count($receiver->received()), 'WP-Cron');
        $former = Settings::read();
        (new Settings(delivery: DeliveryMode::Worker, config: $former->config))->write();
        update_option('blogname', 'For the worker');
        do_action('hookwright_deliver');
        same([], $receiver->received(), 'not WP-Cron');
        same("Success: 1 requests: 1 delivered, 0 to be tried again, 0 given up\n", command('deliver'), 'wp hookwright deliver');
        same(1, count($receiver->received()), 'the worker');
        $former->write();
        $other = new \wpdb(DB_USER, DB_PASSWORD, DB_NAME, DB_HOST);
        $other->query('KILL ' . (int) $wpdb->get_var('SELECT CONNECTION_ID()'));
        foreach ([1, 2] as $id) {
            hookwright()->publish('account_created', ['user_id' => $id]);
        }
        // A transaction may have gone with the connection, and then nothing is told of it.
        same(['account_created'], array_column(hookwright()->failures(), 'topic'), 'the first is shown');
        hookwright()->forgetFailures();
        same([['account_created', ['user_id' => 2]]], arrived($receiver), 'the second finds another connection');
    },
];
