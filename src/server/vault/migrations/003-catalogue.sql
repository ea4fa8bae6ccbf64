-- A client says how it can be reached, for the processor's record of processing.
grant update (ct) on client_profile to ws_app;
