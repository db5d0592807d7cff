DROP TABLE recovery_codes;
DROP TABLE totp_enrolments;
DROP TABLE password_resets;
DROP TABLE past_passwords;
DROP TABLE known_peers;
DROP TABLE throttles;
DROP TABLE server_keys;
