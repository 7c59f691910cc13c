<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Tests;

test('who is let in to manage webhooks decides nothing about the server and its network', function (Ground $ground): void {
    $save = fn (string $role): mixed => $ground->run([], "
        use Hookwright\\WordPress\\Admin\\Access;
        use Hookwright\\WordPress\\Admin\\Input;
        use Hookwright\\WordPress\\Admin\\Settings\\SettingsDraft;
        add_filter('hookwright_capability', fn () => 'edit_posts');
        wp_set_current_user('{$role}' === 'administrator' ? 1 : wp_insert_user(['user_login' => 'e', 'user_pass' => 'x', 'role' => '{$role}']));
        \$_POST = ['allow_http' => '1', 'allow_addresses' => 'private', 'allow_ports' => '80', 'endpoint' => 'http://10.0.0.7:80',
            'user_agent' => 'mine'];
        \$stored = new Hookwright\\WordPress\\Settings(endpoint: 'http://127.0.0.1:8750', token: 'abc');
        \$draft = SettingsDraft::from(Input::form(), \$stored)->settings;
        return [Access::isAllowed(), \$draft->config, \$draft->endpoint, \$draft->token];");
    same([true, ['user-agent' => 'mine'], 'http://127.0.0.1:8750', 'abc'], $save('editor'));
    $all = ['allow-http' => 'true', 'allow-addresses' => 'private', 'allow-ports' => '80', 'user-agent' => 'mine'];
    same([true, $all, 'http://10.0.0.7:80', null], $save('administrator'), 'and the token of one server goes to no other');
});
